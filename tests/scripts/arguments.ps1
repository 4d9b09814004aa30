# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
    Manages tasks, with a command line as it grows over the years.
.PARAMETER Id
    The task.
#>
[CmdletBinding(DefaultParameterSetName = 'List', PositionalBinding = $false, SupportsShouldProcess)]
param(
    [Parameter(ParameterSetName = 'Add', Mandatory, Position = 0)]
    [ValidateLength(3, 40)] [string] $Add,

    [Parameter(ParameterSetName = 'Add')]
    [ValidateSet('low', 'normal', 'high', IgnoreCase)] [string] $Priority = 'normal',

    [Parameter(ParameterSetName = 'Add')]
    [ValidateScript({ $_ -gt [datetime]'2026-01-01' }, ErrorMessage = '{0} is in the past')]
    [datetime] $Due,

    [Parameter(ParameterSetName = 'Done', Mandatory, ValueFromPipelineByPropertyName)]
    [Parameter(ParameterSetName = 'Drop', Mandatory)]
    [ValidateCount(1, 3)] [int[]] $Id,

    [Parameter(ParameterSetName = 'Done')] [switch] $Done,
    [Parameter(ParameterSetName = 'Drop', Mandatory)] [switch] $Drop,

    [Parameter(ParameterSetName = 'List')]
    [Alias('g', 'Filter')] [AllowEmptyString()] [string] $Grep = '',

    [ValidateNotNullOrEmpty()] [string] $Store = 'tasks.json',

    [Parameter(ValueFromRemainingArguments)] $Rest
)
dynamicparam {
    if ($Priority -eq 'high') {
        $attribute = [System.Management.Automation.ParameterAttribute]@{ ParameterSetName = 'Add'; HelpMessage = 'who is told' }
        $collection = [System.Collections.ObjectModel.Collection[System.Attribute]]::new()
        $collection.Add($attribute)
        $notify = [System.Management.Automation.RuntimeDefinedParameter]::new('Notify', [string[]], $collection)
        $dictionary = [System.Management.Automation.RuntimeDefinedParameterDictionary]::new()
        $dictionary.Add('Notify', $notify)
        $dictionary
    }
}
begin {
    Write-Verbose "set $($PSCmdlet.ParameterSetName)"
    "bound: $(($PSBoundParameters.Keys | Sort-Object) -join ' ')"
    if ($Rest) { "rest: $($Rest.Count): $($Rest -join '|')" }
    $tasks = [System.Collections.Generic.List[object]]::new()
    if (Test-Path $Store) {
        foreach ($t in Get-Content $Store -Raw | ConvertFrom-Json) { $tasks.Add($t) }
    }
    function Save-Task { ConvertTo-Json -InputObject $tasks -Depth 3 | Set-Content $Store }
}
process {
    switch ($PSCmdlet.ParameterSetName) {
        'Add' {
            $next = 1 + ($tasks | Measure-Object id -Maximum).Maximum
            $tasks.Add([pscustomobject]@{
                id = $next; text = $Add; priority = $Priority.ToLower()
                due = if ($PSBoundParameters.ContainsKey('Due')) { $Due.ToString('o') } else { $null }
                notify = @($PSBoundParameters['Notify']); done = $false
            })
            if ($PSCmdlet.ShouldProcess($Store, "Add '$Add'")) { Save-Task }
            "task $next"
        }
        'Done' {
            foreach ($one in $Id) {
                $hit = $tasks.Find({ param($t) $t.id -eq $one })
                if (-not $hit) { Write-Error "no task $one" -ErrorId NoSuchTask -Category ObjectNotFound -TargetObject $one; continue }
                $hit.done = $true
                "done: $($hit.text)"
            }
            Save-Task
        }
        'Drop' {
            $count = $tasks.RemoveAll({ param($t) $t.id -in $Id })
            "dropped $count"
            Save-Task
        }
        'List' {
            $tasks | Where-Object text -Match $Grep | Sort-Object @{ e = { [array]::IndexOf(@('high', 'normal', 'low'), $_.priority) } }, id |
                ForEach-Object { '{0,3} [{1}] {2,-20} {3}{4}' -f $_.id, ($_.done ? 'x' : ' '), $_.text, $_.priority, ($_.due ? " until $(([datetime]$_.due).ToString('yyyy-MM-dd'))" : '') }
        }
    }
}
