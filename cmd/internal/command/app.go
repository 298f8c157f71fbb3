// Package command is all of kraftctl that talks to a person: one file per command, each of which
// reads flags, calls a package and renders what came back. Exit codes are decided here and nowhere else.
package command

import (
	"crypto/rand"
	"io"
	"os"
	"time"
)

// App is the world a command runs in. Commands take everything from here instead of from globals,
// so that a test can run one without touching the process.
type App struct {
	// In, Out and Err are the standard streams.
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// LookupEnv reads an environment variable.
	LookupEnv func(key string) (string, bool)
	// Now is the clock.
	Now func() time.Time
	// Rand is the source of random IDs and salts.
	Rand io.Reader
	// Executable is the path the process was started as, for finding Kafka's jars beside a drop-in link.
	Executable string
}

// System is the App of a real process.
func System() *App {
	return &App{
		In:         os.Stdin,
		Out:        os.Stdout,
		Err:        os.Stderr,
		LookupEnv:  os.LookupEnv,
		Now:        time.Now,
		Rand:       rand.Reader,
		Executable: os.Args[0],
	}
}
