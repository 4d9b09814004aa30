# What the session shows is kept in a file.
try { Stop-Transcript } catch { "$_"; $_.FullyQualifiedErrorId }
Start-Transcript kept.txt
'out'; Write-Host 'host'; Write-Warning 'careful'; Write-Verbose 'chatty' -Verbose
Write-Information 'news' -InformationAction Continue
/bin/echo native
$hidden = 'never shown'
try { Start-Transcript kept.txt -NoClobber } catch { "$_".Replace("$PWD/", ''); $_.FullyQualifiedErrorId }
Start-Transcript kept.txt -Append | Out-Null
'again'
(Stop-Transcript).Replace("$PWD/", '')
Get-Content kept.txt | Where-Object { $_ -cmatch '^\*|^PowerShell tr|^[a-z]|^[A-Z]{3,}: ' }
(Start-Transcript -Path small.txt -UseMinimalHeader).Path
(Stop-Transcript).Replace("$PWD/", '')
(Get-Content small.txt).Count
Split-Path -Leaf (Start-Transcript -OutputDirectory $PWD).Path | ForEach-Object { $_ -replace '\..*\.', '.' }
Stop-Transcript | Out-Null
