# Aliases go to files and come back.
New-Alias -Name show -Value Get-ChildItem -Description 'lists "what" is there' -Option ReadOnly
Export-Alias -Name show, gci -Path aliases.csv
Get-Content aliases.csv | Select-Object -Skip 4
Export-Alias -Name show -As Script -Path aliases.ps1 -Description "ours`nof today"
Get-Content aliases.ps1 | Select-Object -Skip 4
function why($script) { try { & $script } catch { "$_".Replace("$PWD/", ''); $_.FullyQualifiedErrorId; $_.CategoryInfo.Category } }
$ErrorActionPreference = 'Stop'
why { Export-Alias aliases.csv -NoClobber }
why { Import-Alias aliases.csv }
why { Export-Alias nothing.csv -Name nothing }
'a,b,c' > bad.csv; why { Import-Alias bad.csv }
'a,b,c,Wrong' > bad.csv; why { Import-Alias bad.csv }
'"Get-Item",b,,None' > bad.csv; why { Import-Alias bad.csv }
why { Import-Alias none.csv }
"n1,Get-Date,day,""ReadOnly, AllScope""`n`n# a remark`nn2,Get-Item,,None" > good.csv
Import-Alias good.csv -PassThru | ForEach-Object { "$($_.Name) $($_.Definition) $($_.Description) $($_.Options)" }
Import-Alias good.csv -WhatIf
Export-Alias left.csv -Name n1, n2 -PassThru -WhatIf | ForEach-Object Name
Test-Path left.csv
