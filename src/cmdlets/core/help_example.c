/* SPDX-License-Identifier: MIT */
#include "cmdlets/core/help_example.h"

#include <strings.h>

static const struct {
    const char *cmdlet;
    const char *texts[HOP_HELP_EXAMPLES];
} table[] = {
    {"Invoke-Command",
     {"Invoke-Command -ComputerName b, c -ScriptBlock { hostname }\n\n"
      "Runs a script block on two hosts at once.",
      "$s = New-PSSession b\n"
      "PS > Invoke-Command $s { $p = Get-Process }\n"
      "PS > Invoke-Command $s { $p | Sort-Object WS | Select-Object -Last 3 "
      "}\n\n"
      "A session keeps its variables from one command to the next.",
      "$log = 'System'\n"
      "PS > Invoke-Command b { Get-EventLog $Using:log -Newest 5 }\n\n"
      "$Using: hands a variable of this side over.",
      "Invoke-Command b -FilePath ./check.ps1 -AsJob | Wait-Job | "
      "Receive-Job\n\n"
      "A script of this host runs on b, beside what goes on here."}},
    {"Enter-PSSession",
     {"Enter-PSSession b\n"
      "[b]: PS /home/alice> hostname\n"
      "[b]: PS /home/alice> exit\n\n"
      "What is typed runs on b until exit.",
      "Enter-PSSession -ComputerName b -Credential corp\\dadmin "
      "-Authentication CredSSP\n\n"
      "As another user, with a session that reaches other hosts as dadmin "
      "(the second hop). Enable-WSManCredSSP allows it on both sides."}},
    {"Exit-PSSession",
     {"Exit-PSSession\n\n"
      "Back to this host; exit does the same."}},
    {"New-PSSession",
     {"$s = New-PSSession -ComputerName b, c\n"
      "PS > Invoke-Command $s { Get-Date }\n"
      "PS > Remove-PSSession $s\n\n"
      "Two sessions that last until they are removed.",
      "New-PSSession b -UseSSL -SessionOption (New-PSSessionOption "
      "-IdleTimeout 600000)\n\n"
      "Over HTTPS; kept for ten minutes when it is left.",
      "New-PSSession -HostName alice@b\n\n"
      "Over SSH instead of WS-Management."}},
    {"Get-PSSession",
     {"Get-PSSession\n\n"
      "The sessions that were opened here.",
      "Get-PSSession -ComputerName b\n\n"
      "All of yours that b keeps, those left by other shells too."}},
    {"Remove-PSSession",
     {"Get-PSSession | Remove-PSSession\n\n"
      "Closes all sessions that were opened here.",
      "Get-PSSession -ComputerName b | Remove-PSSession\n\n"
      "Ends those that were left on b, and what runs in them."}},
    {"Disconnect-PSSession",
     {"Get-PSSession -ComputerName b | Disconnect-PSSession\n\n"
      "What runs in them goes on; Connect-PSSession or Receive-PSSession "
      "picks them up, from any host."}},
    {"Connect-PSSession",
     {"Connect-PSSession -ComputerName b -Name nightly\n\n"
      "Takes up a session that was left on b."}},
    {"Receive-PSSession",
     {"Receive-PSSession -ComputerName b -Name nightly\n\n"
      "Takes up a session that was left on b, and shows what its command has "
      "written since.",
      "Receive-PSSession -ComputerName b -Name nightly -OutTarget Job\n\n"
      "The same as a job of this shell."}},
    {"New-PSSessionOption",
     {"$o = New-PSSessionOption -OpenTimeout 5000 -SkipCACheck\n"
      "PS > Invoke-Command b -UseSSL -SessionOption $o { hostname }\n\n"
      "Gives up after five seconds, and takes a certificate whoever signed "
      "it."}},
    {"Import-PSSession",
     {"Import-PSSession (New-PSSession b) -CommandName *-Report -Prefix B\n"
      "PS > Get-BReport\n\n"
      "The commands run on b and are called as if they were here."}},
    {"Export-PSSession",
     {"Export-PSSession $s -OutputModule ReportsOfB -CommandName *-Report\n\n"
      "Writes a module whose commands run on that host; it opens its own "
      "session when it is used."}},
    {"Copy-Item",
     {"Copy-Item report.csv /srv/reports\n\n"
      "Copies a file.",
      "Copy-Item logs -Destination /tmp -Recurse -ToSession $s\n\n"
      "Copies a folder to the host of a session.",
      "Copy-Item /etc/hosts -Destination . -FromSession $s\n\n"
      "Copies a file from there."}},
    {"Test-WSMan",
     {"Test-WSMan b\n\n"
      "Asks whether b takes sessions, without logging on.",
      "Test-WSMan b -Authentication Kerberos\n\n"
      "The same, logging on: it says what is wrong with the logon."}},
    {"Get-Credential",
     {"$cred = Get-Credential CORP\\alice\n"
      "PS > Invoke-Command b -Credential $cred { whoami }\n\n"
      "Asks for the password once.",
      "$cred = Get-Credential CORP\\alice -PasswordDescriptor 3\n\n"
      "Scripts have it from descriptor 3: hop -File job.ps1 3< secret"}},
    {"Enable-PSRemoting",
     {"sudo hop -Command Enable-PSRemoting -Force\n\n"
      "Has this host take sessions: starts hopd, now and with the host."}},
    {"Enable-WSManCredSSP",
     {"Enable-WSManCredSSP -Role Client -DelegateComputer *.corp.test "
      "-Force\n\n"
      "On the host you sit at: passwords may go to these hosts.",
      "Enable-WSManCredSSP -Role Server -Force\n\n"
      "On the host in the middle: it takes them.",
      "Enable-WSManCredSSP -Role Client -DelegateComputer b -For 2h\n\n"
      "Takes itself back after two hours."}},
    {"Disable-WSManCredSSP",
     {"Disable-WSManCredSSP -Role Client\n"
      "PS > Invoke-Command b { Disable-WSManCredSSP -Role Server }\n\n"
      "Sweeps up on both sides."}},
    {"Get-WSManCredSSP",
     {"Get-WSManCredSSP\n\n"
      "Says what this host may send, and whether it takes passwords."}},
    {"Get-SecondHop",
     {"Get-SecondHop -Via b -To c\n\n"
      "Which of the seven ways from here over b to c are open, and why others "
      "are not.",
      "Get-SecondHop b c -Recommend\n\n"
      "Which to use, with the commands that open it."}},
    {"Set-ADComputer",
     {"Set-ADComputer c -PrincipalsAllowedToDelegateToAccount "
      "(Get-ADComputer b)\n\n"
      "Sessions on b reach c as their users, with no password handed over.",
      "Set-ADComputer c -PrincipalsAllowedToDelegateToAccount $null\n\n"
      "Takes that back."}},
};

const char *const *
hop_help_examples(const char *cmdlet, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (strcasecmp(table[i].cmdlet, cmdlet) != 0)
            continue;
        while (*n < HOP_HELP_EXAMPLES && table[i].texts[*n])
            ++*n;
        return table[i].texts;
    }
    return NULL;
}
