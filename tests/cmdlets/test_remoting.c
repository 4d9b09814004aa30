/* Sessions by a program: this test, called ssh, is the other side too.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/rows.h"
#include "remote/serve.h"

#define IN_B  "Invoke-Command -HostName b "
#define OPEN  "$s = New-PSSession -HostName b; "
#define ASK_S "Invoke-Command -Session $s "

static const struct row rows[] = {
    {"a block runs there and its objects come", IN_B "{ 1; 'two'; 3L }",
     "1 two 3"},
    {"objects say where they come from",
     "$r = " IN_B "{ [pscustomobject]@{a = 1} }; $r.PSComputerName; "
     "$r.PSShowComputerName; $r.RunspaceId.GetType().Name",
     "b True Guid"},
    {"an enum is its number, and shows its name",
     "$r = " IN_B
     "{ [pscustomobject]@{q = [ConsoleColor]::Red} }; $r.q -eq 12; "
     "\"$($r.q)\"; [string]$r.q; $r.q.ToString(); $r.q.Value; "
     "($r | Out-String).Trim() -split '\\s+' | Select-Object -First 1; "
     "($r | Select-Object q | ConvertTo-Csv)[1]; "
     "($r.q | Out-String).Trim() -match 'Red'",
     "True 12 Red Red Red q \"Red\" True"},
    {"a list of arguments keeps its parameters on the way",
     "function put { " IN_B "{ param($r) function g { param($a, [switch]$b) "
     "\"$a|$b|$args\" }; g @r } -ArgumentList (, $args) }; put -b -a 1 x",
     "1|True|x"},
    {"Import-PSSession: input, positions, switches, errors of there",
     OPEN ASK_S
     "{ function Get-Foo { param([Parameter(ValueFromPipeline)]$X, "
     "$Y, [switch]$Z) process { \"$X$Y$Z\" } } }; "
     "$m = Import-PSSession $s -CommandName Get-Foo; 1..2 | Get-Foo -Y b -Z; "
     "Get-Foo 5; \"$($m.Version) $($m.PrivateData.ImplicitRemoting)\"; "
     "Receive-Job (Get-Foo 6 -AsJob) -Wait; "
     "try { Get-Foo -Q 1 -ErrorAction Stop } catch { "
     "$_.FullyQualifiedErrorId }; Remove-Module $m; "
     "@(Get-Command Get-Foo -ErrorAction Ignore).Count",
     "1bTrue 2bTrue 5False 1.0 True 6False "
     "NamedParameterNotFound,Get-Foo 0"},
    {"Import-PSSession of a command that has -AsJob itself",
     OPEN ASK_S "{ function Get-Foo { param([switch]$AsJob) 8 } }; "
                "$m = Import-PSSession $s -CommandName Get-Foo; Get-Foo",
     "8"},
    {"Copy-Item to and from places that are not there, and no session",
     OPEN "$q = @{ErrorAction = 'SilentlyContinue'; ErrorVariable = '+e'}; "
          "Copy-Item /nonexistent /tmp/x -FromSession $s @q; "
          "Copy-Item /etc/passwd /nonexistent/x/y -ToSession $s @q; "
          "Remove-PSSession $s; Copy-Item /etc/passwd /tmp/x -ToSession $s @q; "
          "foreach ($x in $e) { \"$($x.CategoryInfo.Category):$(("
          "$x.FullyQualifiedErrorId -split ',')[0])\" }",
     "InvalidArgument:RemotePathNotFound WriteError:RemotePathNotFound "
     "InvalidOperation:SessionIsNotAvailable"},
    {"$using: of another drive",
     "$env:HOP_ROW = 'e'; " IN_B "{ \"$using:env:HOP_ROW\" }", "e"},
    {"Import-PSSession of what is not there",
     OPEN "Import-PSSession $s -CommandName no-such*",
     "!ErrorNoResultsFromRemoteEnd,"},
    {"Export-PSSession writes a manifest and a module, once",
     OPEN ASK_S
     "{ function Get-Foo { 7 } }; $d = \"$env:REMOTING_TEST/exp\"; "
     "(Export-PSSession $s -OutputModule $d -CommandName Get-Foo).Name; "
     "try { Export-PSSession $s -OutputModule $d -CommandName Get-Foo } catch "
     "{ ($_.FullyQualifiedErrorId -split ',')[0] }; "
     "(Import-PowerShellDataFile $d/exp.psd1).PrivateData.ImplicitRemoting; "
     "Remove-Item $d -Recurse",
     "exp.psd1 exp.psm1 ExportProxyCommand_OutputDirectoryExists True"},
    {"a steppable pipeline that has not begun",
     "{ 1 }."
     "GetSteppablePipeline().End()",
     "!InvalidOperation"},
    {"what the sides tell each other is a PSPrimitiveDictionary",
     OPEN "$s.ApplicationPrivateData.GetType().Name; "
          "$s.Runspace.GetApplicationPrivateData().PSVersionTable.GetType()."
          "Name; " ASK_S
          "{ $a = $PSSenderInfo.ApplicationArguments; $a.GetType().Name; "
          "$a.PSVersionTable.PSVersion.GetType().Name }",
     "PSPrimitiveDictionary PSPrimitiveDictionary PSPrimitiveDictionary "
     "Version"},
    {"such a dictionary takes nothing that stays here",
     "$d = [psprimitivedictionary]@{n = 1; l = 1, 2; d = "
     "[psprimitivedictionary]@{}}; $d.N; $d -is [hashtable]; "
     "(New-PSSessionOption -ApplicationArguments @{a = 1})"
     ".ApplicationArguments.GetType().Name; try { [psprimitivedictionary]@{p ="
     " (Get-Process -Id $PID)} } catch { $_.FullyQualifiedErrorId }",
     "1 True PSPrimitiveDictionary InvalidCastConstructorException"},
    {"-HideComputerName says that it is not to be shown",
     "(" IN_B "{ [pscustomobject]@{a = 1} } -HideComputerName)"
     ".PSShowComputerName",
     "False"},
    {"arguments are the block's parameters",
     IN_B "{ param($x, $y) \"$x-$y\" } -ArgumentList 1, 2", "1-2"},
    {"input comes one by one", "1..3 | " IN_B "{ process { $_ * 2 } }",
     "2 4 6"},
    {"input is $input, too",
     "1..3 | " IN_B "{ ($input | Measure-Object "
     "-Sum).Sum }",
     "6"},
    {"$using: values go along: variables, members, elements, in strings",
     "$a = @{n = 5; m = @{k = 7}}; $l = 1, 2; " IN_B
     "{ $using:l[1]; $Using:a.m.k; \"$($using:a.n) $using:l\" }",
     "2 7 5 1 2"},
    {"$using: of a variable that is not set", IN_B "{ $using:none }",
     "!UsingVariableIsUndefined"},
    {"$using: of a call is not allowed", IN_B "{ $using:l.Reverse() }",
     "!InvalidUsingExpression"},
    {"an error there is a record here",
     IN_B "{ Get-Item /nope } -ErrorAction SilentlyContinue -ErrorVariable e; "
          "$e[0].FullyQualifiedErrorId; $e[0].OriginInfo.PSComputerName; "
          "$e[0].Exception.GetType().Name; $e[0].CategoryInfo.Activity",
     "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand b "
     "RemoteException Get-Item"},
    {"throw there is throw here",
     "try { " IN_B "{ throw 'boo' } } catch { \"caught $_\" }", "caught boo"},
    {"a program that is not there breaks the session alone",
     "$p = $env:PATH; $env:PATH = '/nowhere'; " IN_B
     "{ 1 } -ErrorAction SilentlyContinue "
     "-ErrorVariable e; $env:PATH = $p; $e[0].FullyQualifiedErrorId -like "
     "'*PSSessionStateBroken'; $e[0].CategoryInfo.Category",
     "True OpenError"},
    {"a session keeps its variables",
     OPEN ASK_S "{ $x = 42 }; " ASK_S "{ $x }; Remove-PSSession $s", "42"},
    {"what a session shows of itself",
     "$s = New-PSSession -HostName u@b:2222 -Name n; \"$s $($s.ComputerName) "
     "$($s.Transport) $($s.State) $($s.Availability) "
     "$($s.Runspace.ConnectionInfo.Port) "
     "$($s.Runspace.ConnectionInfo.UserName)\"; Remove-PSSession $s; "
     "\"$($s.State) $($s.Availability)\"",
     "[PSSession]n b SSH Opened Available 2222 u Closed None"},
    {"a session that is closed runs nothing",
     OPEN "Remove-PSSession $s; " ASK_S "{ 1 }",
     "!InvokeCommandCommandInvalidSessionState"},
    {"a session by SSH cannot be left",
     OPEN "Disconnect-PSSession $s -ErrorAction SilentlyContinue "
          "-ErrorVariable e; $e[0].FullyQualifiedErrorId; \"$($s.State)\"",
     "PSSessionDisconnectFailed,"
     "Microsoft.PowerShell.Commands.DisconnectPSSessionCommand Opened"},
    {"Get-PSSession finds by name, id and instance",
     OPEN "(Get-PSSession -Name Run*).Id -eq $s.Id; (Get-PSSession -Id "
          "$s.Id).Name; @(Get-PSSession -InstanceId $s.InstanceId).Count",
     "True Runspace1 1"},
    {"each session has a number of its own, in its name",
     "$a = New-PSSession -HostName b; $b = New-PSSession -HostName b -Name x; "
     "\"$($a.Name) $($b.Name) $((New-PSSession -HostName b).Name)\"",
     "Runspace1 x Runspace5"},
    {"a hash table is options of a session",
     "$o = [System.Management.Automation.Remoting.PSSessionOption]"
     "@{SkipCACheck = $true}; \"$($o.SkipCACheck) $($o.OpenTimeout)\"",
     "True 00:03:00"},
    {"a job has a member for each computer",
     "$j = " IN_B "{ 5; 6 } -AsJob -JobName jj; \"$($j.Name) $($j.Location) "
     "$($j.PSJobTypeName) $($j.ChildJobs.Count)\"; $j | Wait-Job | "
     "Receive-Job; \"$($j.State)\"",
     "jj b RemoteJob 1 5 6 Completed"},
    {"a job that fails says so",
     "$j = " IN_B "{ throw 'x' } -AsJob | Wait-Job; \"$($j.State)\"", "Failed"},
    {"a job is stopped",
     "$j = " IN_B "{ Start-Sleep 60 } -AsJob; Stop-Job $j; \"$($j.State)\"",
     "Stopped"},
    {"the pipeline there ends with the one here",
     OPEN ASK_S "{ 1; 2; Start-Sleep 60 } | Select-Object -First 2; " ASK_S
                "{ 3 }",
     "1 2 3"},
    {"what Format-Table writes there is shown here",
     "(" IN_B "{ [pscustomobject]@{A = 1; B = 'x'} | Format-Table } | "
     "Out-String).Trim() -replace '\\s+', ' '",
     "A B - - 1 x"},
    {"commands of a session are commands of here",
     OPEN ASK_S "{ function Get-Thing { param($Name) \"t $Name\" } }; "
                "[void](Import-PSSession $s -CommandName Get-Thing -Prefix R); "
                "Get-RThing -Name a",
     "t a"},
    {"files go there and come back",
     OPEN "$d = $env:REMOTING_TEST; Set-Content $d/f 'some text'; Copy-Item "
          "$d/f $d/g -ToSession $s; Copy-Item $d/g $d/h -FromSession $s; "
          "Get-Content $d/h",
     "some text"},
    {"a new file has of the mode what the umask leaves, both ways",
     OPEN "$d = $env:REMOTING_TEST; chmod 711 $d/f; rm $d/g $d/h; Copy-Item "
          "$d/f $d/g -ToSession $s; Copy-Item $d/g $d/h -FromSession $s; "
          "(Get-Item $d/g, $d/h).UnixMode",
     "-rwx--x--x -rwx--x--x"},
    {"no room there is one error, and the end of the file",
     OPEN "$d = $env:REMOTING_TEST; Set-Content $d/f ('x' * 300000); Copy-Item "
          "$d/f /dev/full -ToSession $s -ErrorVariable e -ErrorAction "
          "SilentlyContinue; $e.Count; \"$e\" -match 'No space'; " ASK_S
          "{ 1 }",
     "1 True 1"},
    {"no room here is one error, and the next file is copied",
     OPEN "$d = $env:REMOTING_TEST; Copy-Item $d/f /dev/full -FromSession $s "
          "-ErrorVariable e -ErrorAction SilentlyContinue; $e.Count; "
          "\"$e\" -match 'No space'; Copy-Item $d/f $d/h -FromSession $s; "
          "(Get-Item $d/h).Length",
     "1 True 300001"},
    {"what cannot be read there leaves what is here",
     OPEN "$d = $env:REMOTING_TEST; Set-Content $d/h kept; ln -s /none/x "
          "$d/link; Copy-Item $d/link $d/h -FromSession $s -ErrorVariable e "
          "-ErrorAction SilentlyContinue; $e.Count; Get-Content $d/h",
     "1 kept"},
    {"links that lead nowhere or back and what is no file are told of, the "
     "rest is copied",
     OPEN "$d = $env:REMOTING_TEST; $t = mkdir $d/tree; ln -s . $d/tree/loop; "
          "ln -s /none/x $d/tree/link; mkfifo $d/tree/pipe; Set-Content "
          "-LiteralPath \"$d/tree/[x]*\" x; Copy-Item $d/tree $d/to -Recurse "
          "-ToSession $s -ErrorVariable e -ErrorAction SilentlyContinue; "
          "$e.Count; (Get-ChildItem $d/to).Name; Copy-Item $d/tree $d/from "
          "-Recurse -FromSession $s -ErrorVariable e -ErrorAction "
          "SilentlyContinue; $e.Count; (Get-ChildItem $d/from).Name; rm -r "
          "$d/tree $d/to $d/from $d/link",
     "3 [x]* 2 loop [x]*"},
    {"a folder's links are followed where that is asked for, and once",
     "$d = $env:REMOTING_TEST; $t = mkdir $d/tree; ln -s . $d/tree/loop; "
     "@(Get-ChildItem $d/tree -Recurse).Count; @(Get-ChildItem $d/tree "
     "-Recurse -FollowSymlink 3>&1).Count; rm -r $d/tree",
     "1 2"},
    {"a session's tables name their host",
     "Invoke-Command -SSHConnection @{HostName = 'b'}, @{ComputerName = 'c'; "
     "Port = 22} { 1 } | ForEach-Object PSComputerName | Sort-Object",
     "b c"},
    {"a table without a host",
     "Invoke-Command -SSHConnection @{Port = 1} { 1 }",
     "!NoSSHConnectionHostName"},
};

static int
serve(void)
{
    struct hop_remote_options o = {
        .in = dup(0), .out = dup(1), .modules = hop_cmdlet_modules};
    struct hop_error err = {0};

    dup2(2, 1);
    return hop_remote_serve(&o, &err) ? 0 : 1;
}

static void
remove_files(const char *folder)
{
    static const char *const names[] = {"ssh", "f", "g", "h"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        char path[PATH_MAX + 16];

        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

TEST(sessions)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        check_row(&rows[i], "", HOP_LANGUAGE_FULL);
    }
}

int
main(int argc, char **argv)
{
    char folder[] = "/tmp/test-remoting-XXXXXX", self[PATH_MAX],
         link[PATH_MAX + 16], path[2 * PATH_MAX];
    const char *name = strrchr(argv[0], '/');
    ssize_t n;

    if (strcmp(name ? name + 1 : argv[0], "ssh") == 0)
        return serve();
    n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n < 0 || !mkdtemp(folder))
        return 1;
    self[n] = '\0';
    snprintf(link, sizeof(link), "%s/ssh", folder);
    snprintf(path, sizeof(path), "%s:%s", folder, getenv("PATH"));
    if (symlink(self, link) < 0)
        return 1;
    setenv("PATH", path, 1);
    setenv("REMOTING_TEST", folder, 1);
    RUN(sessions);
    remove_files(folder);
    return test_done();
}
