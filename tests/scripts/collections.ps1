# Collections of .NET that administrators meet less often.
$bits = [System.Collections.BitArray]::new(10)
$bits[3] = $true; $bits.Set(4, $true)
"$($bits.Count) $($bits.Length) $($bits[3]) $($bits.Get(5)) $bits"
$other = [System.Collections.BitArray]::new([bool[]]($true, $false, $true))
$third = [System.Collections.BitArray]::new([bool[]]($true, $true, $false))
"and $($other.And($third)); or $($other.Or($third)); xor $($other.Xor($third)); not $($other.Not())"
$bytes = [System.Collections.BitArray]::new([byte[]](5, 128))
-join ($bytes | ForEach-Object { [int]$_ })
$out = [byte[]]::new(2); $bytes.CopyTo($out, 0); "$out"
-join ($bytes.LeftShift(2) | ForEach-Object { [int]$_ })
-join ($bytes.RightShift(1) | ForEach-Object { [int]$_ })
try { $bits[10] } catch { $_.Exception.InnerException.GetType().Name }
try { $bits.And($other) } catch { $_.Exception.InnerException.Message }
$bits.Length = 4; "$bits"
$bits.SetAll($true); "$($bits.HasAllSet()) $($bits.HasAnySet())"

$names = [System.Collections.Specialized.NameValueCollection]::new()
$names.Add('Accept', 'text/html'); $names.Add('accept', 'text/plain'); $names.Add('Host', 'c')
"$($names.Count) $($names['ACCEPT']) $($names[1]) $($names.Get('none') -eq $null)"
"$($names.AllKeys) / $($names.Keys) / $($names.GetValues('accept').Count) $($names.GetKey(1))"
$names.Set('Host', 'b'); $names['New'] = 'x'; $names.Remove('accept')
foreach ($name in $names) { "$name = $($names[$name])" }
$names.HasKeys(); $names.Clear(); $names.HasKeys()

$queue = [System.Collections.Generic.PriorityQueue[string, int]]::new()
$queue.Enqueue('low', 9); $queue.Enqueue('high', 1); $queue.Enqueue('middle', 5)
"$($queue.Count) $($queue.Peek())"
$queue.EnqueueDequeue('now', 0)
$element = $priority = $null
while ($queue.TryDequeue([ref]$element, [ref]$priority)) { "$element $priority" }
1..12 | ForEach-Object { $queue.Enqueue("same$_", $_ % 3) }
-join (1..12 | ForEach-Object { $queue.Dequeue(); ' ' })
try { $queue.Dequeue() } catch { $_.Exception.InnerException.Message }

$uri = [UriBuilder]::new('https://user:word@host.test:8443/a/b?x=1#top')
$uri | Format-List Scheme, UserName, Password, Host, Port, Path, Query, Fragment, Uri
$uri.Scheme = 'HTTP'; $uri.Port = 80; $uri.Path = 'c d'; $uri.Query = 'y=2'; $uri.Fragment = ''
"$uri"; $uri.Uri.AbsoluteUri
[UriBuilder]::new().ToString()
([UriBuilder]'host.test/x').Uri.AbsoluteUri
[UriBuilder]::new('ftp', 'h', 21, 'p', '?q').ToString()
$uri = [UriBuilder]::new('http', 'h'); $uri.Port = -1; "$uri"
