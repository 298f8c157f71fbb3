package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// folders are what generate fills, relative to docs/; nothing else lives in them.
var folders = []string{"commands", "man", "completions"}

// manDate stands in every man page. It is fixed so that the same commands always give the same bytes.
var manDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// generate renders the command tree to files, keyed by their slash-separated path below docs/.
func generate(root *cobra.Command) (map[string][]byte, error) {
	pages := map[string][]byte{}
	if err := addCommand(pages, root); err != nil {
		return nil, err
	}
	return pages, addCompletions(pages, root)
}

// addCommand adds the Markdown and the man page of cmd and of every visible command below it.
func addCommand(pages map[string][]byte, cmd *cobra.Command) error {
	cmd.DisableAutoGenTag = true
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")

	var markdown bytes.Buffer
	if err := doc.GenMarkdownCustom(cmd, &markdown, pageName); err != nil {
		return fmt.Errorf("Markdown page of %s: %w", cmd.CommandPath(), err)
	}
	pages["commands/"+name+".md"] = tidy(markdown.Bytes())

	var man bytes.Buffer
	header := &doc.GenManHeader{Section: "1", Date: &manDate, Source: "kraftctl", Manual: "kraftctl manual"}
	if err := doc.GenMan(cmd, header, &man); err != nil {
		return fmt.Errorf("man page of %s: %w", cmd.CommandPath(), err)
	}
	pages["man/"+name+".1"] = tidy(man.Bytes())

	for _, child := range cmd.Commands() {
		if !child.IsAvailableCommand() || child.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := addCommand(pages, child); err != nil {
			return err
		}
	}
	return nil
}

// pageName turns the name cobra links to (kraftctl_format.md) into the page's name here (kraftctl-format.md).
func pageName(link string) string { return strings.ReplaceAll(link, "_", "-") }

// tidy ends the text in exactly one newline and no line in blanks.
func tidy(text []byte) []byte {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// addCompletions adds one completion script for each shell, named as that shell looks it up.
func addCompletions(pages map[string][]byte, root *cobra.Command) error {
	name := root.Name()
	shells := []struct {
		file     string
		generate func(w io.Writer) error
	}{
		{name + ".bash", func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"_" + name, root.GenZshCompletion},
		{name + ".fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{name + ".ps1", root.GenPowerShellCompletionWithDesc},
	}
	for _, shell := range shells {
		var script bytes.Buffer
		if err := shell.generate(&script); err != nil {
			return fmt.Errorf("completion script %s: %w", shell.file, err)
		}
		pages["completions/"+shell.file] = script.Bytes()
	}
	return nil
}
