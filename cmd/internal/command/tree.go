package command

import "github.com/spf13/cobra"

// Tree is the whole command tree with cobra's own help and completion commands in place,
// for the generator of reference pages. Nothing in it has run.
func Tree() *cobra.Command {
	root := newRoot(System())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}
