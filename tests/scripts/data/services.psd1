# What ought to run, by role of the host.
@{
    Common = @{
        Running = @('ssh', 'cron', 'dbus')
        Stopped = @('telnetd')
    }
    Web = @{
        Running  = @('nginx')
        Inherits = @('Common')
    }
    Database = @{
        Running  = @('postgresql')
        Inherits = 'Common'
        Optional = 'chrony', 'ufw'
    }
}
