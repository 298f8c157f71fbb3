package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible is a context that ends at an interrupt (Ctrl-C) or SIGTERM, so that work under way can undo what it began.
// Until stop is called, neither ends the process.
func interruptible() (ctx context.Context, stop context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}
