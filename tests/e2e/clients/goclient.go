// SPDX-License-Identifier: MIT

// goclient runs one command with masterzen's Go client, as its users do:
//
//	goclient HOST PORT http|https basic|ntlm|certificate USER COMMAND
//
// The password, or nothing for a certificate, is the first line of standard
// input; what follows is the command's own input.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/masterzen/winrm"
)

const authority = "/etc/ssl/certs/ca-certificates.crt"

func fail(err error) {
	fmt.Fprintln(os.Stderr, "goclient:", err)
	os.Exit(2)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	return data
}

func main() {
	if len(os.Args) != 7 {
		fail(fmt.Errorf("goclient HOST PORT http|https HOW USER COMMAND"))
	}
	host, how, user, command := os.Args[1], os.Args[4], os.Args[5], os.Args[6]
	port, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fail(err)
	}
	input := bufio.NewReader(os.Stdin)
	password, _ := input.ReadString('\n')
	password = strings.TrimSuffix(password, "\n")

	params := *winrm.DefaultParameters
	var cert, key []byte
	switch how {
	case "ntlm":
		params.TransportDecorator = func() winrm.Transporter {
			return &winrm.ClientNTLM{}
		}
	case "certificate":
		home, _ := os.UserHomeDir()
		cert = read(home + "/" + user + ".pem")
		key = read(home + "/" + user + ".key")
		params.TransportDecorator = func() winrm.Transporter {
			return &winrm.ClientAuthRequest{}
		}
	}
	var ca []byte
	if os.Args[3] == "https" {
		ca = read(authority)
	}
	endpoint := winrm.NewEndpoint(host, port, os.Args[3] == "https", false,
		ca, cert, key, 20*time.Second)
	client, err := winrm.NewClientWithParameters(endpoint, user, password,
		&params)
	if err != nil {
		fail(err)
	}
	rest, err := io.ReadAll(input)
	if err != nil {
		fail(err)
	}
	stdout, stderr, status, err := client.RunWithString(command, string(rest))
	if err != nil {
		fail(err)
	}
	fmt.Print(stdout)
	fmt.Fprint(os.Stderr, stderr)
	os.Exit(status)
}
