@{
    listen = @{
        port = 8443
        tls  = @{ enabled = $true; ciphers = 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256' }
    }
    log = @{ level = 'warning'; path = $null }
    features = @('+audit', '-export')
}
