package shell

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

func (p *Prompt) cd(out *bufio.Writer, args []string) error {
	target := "/"
	if len(args) > 0 {
		target = args[0]
	}
	dir := p.Dir
	found, err := p.visit(target, func(at place) error {
		if !at.node.IsDir() {
			fmt.Fprintf(out, "cd: %s: not a directory.\n", target)
		} else {
			dir = "/" + strings.Join(at.path, "/")
		}
		return nil
	})
	if !found && err == nil {
		fmt.Fprintf(out, "cd: %s: no such directory.\n", target)
	}
	p.Dir = dir
	return err
}

func (p *Prompt) pwd(out *bufio.Writer, _ []string) error {
	_, err := fmt.Fprintln(out, p.Dir)
	return err
}

func (p *Prompt) help(out *bufio.Writer, _ []string) error {
	fmt.Fprintln(out, "Walk through the state of the cluster. Globs such as * and {a,b} work in paths.")
	fmt.Fprintln(out)
	for _, name := range p.CommandNames() {
		c := p.lookup(name)
		fmt.Fprintf(out, "  %-30s %s\n", c.name+" "+c.args, c.help)
	}
	return nil
}

func (p *Prompt) man(out *bufio.Writer, args []string) error {
	c := p.lookup(args[0])
	if c == nil {
		return fmt.Errorf("man: unknown command %s. Type help to get a list of commands.", args[0]) //nolint:staticcheck // Kafka's text
	}
	_, err := fmt.Fprintf(out, "%s: %s\n\nusage: %s\n", c.name, c.help, strings.TrimSpace(c.name+" "+c.args))
	return err
}

func (p *Prompt) printHistory(out *bufio.Writer, args []string) error {
	first := 0
	if len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 0 {
			return fmt.Errorf("history: %q is no count", args[0])
		}
		first = max(len(p.history)-n, 0)
	}
	for i, line := range p.history[first:] {
		fmt.Fprintf(out, "%5d  %s\n", first+i, line)
	}
	return nil
}

// at goes to another moment.
func (p *Prompt) at(out *bufio.Writer, args []string) error {
	point := ""
	if len(args) > 0 {
		point = args[0]
	}
	if err := p.Open(point); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, whereText(p.img))
	return err
}

func whereText(img *image.Image) string {
	return fmt.Sprintf("offset %d, epoch %d, %s", img.Provenance.Offset, img.Provenance.Epoch, image.Time(img.Provenance.Timestamp))
}

// diff compares the present moment with another one, or two others; a last argument that is a path narrows it down.
func (p *Prompt) diff(out *bufio.Writer, args []string) error {
	path := p.Dir
	if last := args[len(args)-1]; strings.HasPrefix(last, "/") {
		path, args = last, args[:len(args)-1]
	}
	if len(args) == 0 {
		return fmt.Errorf("diff: a point is missing; usage: %s", p.lookup("diff").args)
	}
	_, from, err := p.States.At(args[0])
	if err != nil {
		return err
	}
	to := p.img
	if len(args) > 1 {
		if _, to, err = p.States.At(args[1]); err != nil {
			return err
		}
	}
	changes := slices.DeleteFunc(image.Diff(from, to), func(c image.Change) bool { return !below(c.Path, path) })
	fmt.Fprintf(out, "from %s\n  to %s\n", whereText(from), whereText(to))
	if len(changes) == 0 {
		fmt.Fprintln(out, "no difference")
	}
	return WriteChanges(out, changes, p.Secrets, p.Colored)
}

// log tells the history of a path.
func (p *Prompt) log(out *bufio.Writer, args []string) error {
	path := p.Dir
	if len(args) > 0 {
		path = args[0]
		if !strings.HasPrefix(path, "/") {
			path = p.Dir + "/" + path
		}
	}
	path = "/" + strings.Join(split(path), "/")
	if below(path, "/image") {
		return fmt.Errorf("log: %s is Kafka's own tree: give a path of the other tree, such as /topics or /brokers", path)
	}
	found := 0
	err := p.States.Log(path, func(e Entry) {
		found++
		fmt.Fprintf(out, "offset %d, epoch %d, controller %d, %s  %s\n", e.Offset, e.Epoch, e.Leader, image.Time(e.Timestamp), e.Type)
		_ = WriteChanges(out, e.Changes, p.Secrets, p.Colored) // the writer remembers its error
	})
	if err == nil && found == 0 {
		fmt.Fprintf(out, "log: %s: nothing happened there\n", path)
	}
	return err
}
