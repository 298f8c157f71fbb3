// Command kraftctl prepares, checks and examines the storage of Apache Kafka KRaft nodes.
package main

import (
	"os"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

func main() {
	os.Exit(command.Main(os.Args, command.System()))
}
