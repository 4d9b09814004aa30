/* Jobs: what they hold, which of them a command means, what is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../engine/rows.h"

#define ENDED(block) "$j = Start-Job {" block "}; $null = Wait-Job $j; "

static const struct row rows[] = {
    {"a member holds each stream in a collection of its own",
     ENDED(
         "Write-Warning w; Write-Verbose v -Verbose; Write-Progress p -Status "
         "s -PercentComplete 7; 1") "$c = $j.ChildJobs[0]; foreach ($n in "
                                    "'Output', 'Warning', 'Verbose', "
                                    "'Progress', 'Error') { "
                                    "\"$n$($c.$n.Count)$($c.$n.GetType().Name)"
                                    "\" }",
     "Output1PSDataCollection`1 Warning1PSDataCollection`1 "
     "Verbose1PSDataCollection`1 Progress1PSDataCollection`1 "
     "Error0PSDataCollection`1"},
    {"progress is a ProgressRecord",
     ENDED(
         "Write-Progress p -Status s -PercentComplete 7 -Id 3") "\"$($j."
                                                                "ChildJobs[0]."
                                                                "Progress[0])"
                                                                "\"; "
                                                                "$j.ChildJobs["
                                                                "0].Progress[0]"
                                                                ".ActivityId",
     "parent = -1 id = 3 act = p stat = s cur =  pct = 7 sec = -1 type = "
     "Processing 3"},
    {"progress of a shell made by a script is in its streams",
     "$p = [powershell]::Create().AddScript('Write-Progress a'); $p.Invoke(); "
     "$p.Streams.Progress[0].Activity",
     "a"},
    {"an error keeps what was told of it there",
     ENDED("Get-Item /nope") "$e = $j.ChildJobs[0].Error[0]; "
                             "$e.TargetObject; $e.ScriptStackTrace; "
                             "$e.Exception.GetType().Name; "
                             "$e.Exception.SerializedRemoteException."
                             "PSTypeNames[0]; "
                             "$e.Exception.ErrorRecord.FullyQualifiedErrorId; "
                             "\"$($e.OriginInfo)\"",
     "/nope at <ScriptBlock>, <No file>: line 1 RemoteException "
     "Deserialized.System.Management.Automation.ItemNotFoundException "
     "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand localhost"},
    {"Write-Error's id is as it was sent",
     ENDED("Write-Error e; 'o'") "$j.ChildJobs[0].Error[0]."
                                 "FullyQualifiedErrorId; "
                                 "$j.ChildJobs[0].Output[0]",
     "Microsoft.PowerShell.Commands.WriteErrorException o"},
    {"an exception's own record",
     "try { 1 / 0 } catch { $_.Exception.ErrorRecord.FullyQualifiedErrorId; "
     "$_.Exception.ErrorRecord.GetType().Name }",
     "RuntimeException ErrorRecord"},
    {"what is received tells its job",
     "$j = Start-Job { 5 }; $r = Receive-Job $j -Wait; "
     "$r.PSSourceJobInstanceId -eq $j.ChildJobs[0].InstanceId",
     "True"},
    {"Get-Job by what it has, when it ended, and its members",
     "$j = Start-Job { 1 } -Name n; $null = Wait-Job $j; "
     "@(Get-Job -HasMoreData $true).Count; @(Get-Job -HasMoreData "
     "$false).Count;"
     "(Get-Job -ChildJobState Completed).Count; "
     "@(Get-Job -ChildJobState Failed).Count; "
     "(Get-Job n -IncludeChildJob).Count; "
     "@(Get-Job -Before (Get-Date).AddDays(-1)).Count; "
     "@(Get-Job -After (Get-Date).AddDays(-1)).Count",
     "1 0 2 1 2 0 1"},
    {"-Newest is by the end",
     "$a = Start-ThreadJob { 1 } -Name a; $null = Wait-Job $a; "
     "$b = Start-ThreadJob { 1 } -Name b; $null = Wait-Job $b; "
     "(Get-Job -Newest 1).Name; (Get-Job -Newest 5).Name",
     "b b a"},
    {"-Filter is for jobs of this process",
     "$null = Start-ThreadJob { 1 } -Name t | Wait-Job; "
     "(Get-Job -Filter @{Name = 't'}).Name; "
     "@(Get-Job -Filter @{Name = 'u'}).Count",
     "t 0"},
    {"Receive-Job of a place",
     "$j = Start-Job { 5 }; $null = Wait-Job $j; "
     "Receive-Job $j -Location nowhere; Receive-Job $j -Location localhost",
     "5"},
    {"the job among its results, and what happened to it",
     "$j = Start-Job { 5 }; Receive-Job $j -Wait -WriteJobInResults "
     "-WriteEvents"
     " | ForEach-Object { $_.GetType().Name }",
     "PSRemotingJob Int32 JobStateEventArgs JobStateEventArgs"},
    {"-Keep does not wait", "Receive-Job (Start-ThreadJob { }) -Wait -Keep",
     "!ParameterBindingFailed,Microsoft.PowerShell.Commands.ReceiveJobCommand"},
    {"-AutoRemoveJob waits", "Receive-Job (Start-ThreadJob { }) -AutoRemoveJob",
     "!InvalidOperation,Microsoft.PowerShell.Commands.ReceiveJobCommand"},
    {"a folder that is not there",
     "Start-Job { } -WorkingDirectory /nonexistent",
     "!DirectoryNotFoundException,"},
    {"a script that is not there", "Start-Job -FilePath /nonexistent/x.ps1",
     "!PathNotFound,Microsoft.PowerShell.Commands.StartJobCommand"},
    {"a file that is no script", "Start-Job -FilePath /etc/passwd",
     "!System.ArgumentException,"},
    {"a variable that is not set is null in a thread job",
     "Start-ThreadJob { \"[$using:nosuch]\" } | Receive-Job -Wait", "[]"},
    {"what a block is part of is sent without reading a file",
     "Start-Job { $MyInvocation.MyCommand } | Receive-Job -Wait | "
     "ForEach-Object { $_.ScriptContents.Trim() }",
     "$MyInvocation.MyCommand"},
};

TEST(jobs)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
}

int
main(void)
{
    RUN(jobs);
    return test_done();
}
