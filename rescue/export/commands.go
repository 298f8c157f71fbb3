package export

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/shellword"
)

// CommandOptions say which commands are wanted.
type CommandOptions struct {
	Options
	// Tools are those the commands are for.
	Tools Tools
	// Bootstrap is the argument of --bootstrap-server; when empty, it is the shell's variable BOOTSTRAP_SERVER.
	Bootstrap string
	// CommandConfig is the argument of --command-config; none when empty.
	CommandConfig string
	// Internal tells to create internal topics as well.
	Internal bool
	// FactorOnly leaves the placement of replicas to the cluster.
	FactorOnly bool
}

// WriteCommands writes a POSIX shell script that creates the objects of an image: topics first, then configurations, quotas, and
// ACLs last, so that no quota slows it down and no ACL locks it out. Commands can be repeated without harm, and the
// script stops at the first that fails. What cannot be created is told in comments and counted. The error is that of out.
func WriteCommands(out io.Writer, img *image.Image, o CommandOptions) (Result, error) {
	s := &script{out: bufio.NewWriterSize(out, 1<<16), options: o, lost: map[*Reason]int{}}
	s.head(img)
	for _, part := range []struct {
		kind  Kind
		title string
		write func(*image.Image)
	}{
		{KindTopic, "Topics", s.topics},
		{KindConfig, "Configurations", s.configs},
		{KindQuota, "Quotas", s.quotas},
		{KindUser, "SCRAM users", s.users},
		{KindToken, "Delegation tokens", s.tokens},
		{KindACL, "ACLs", s.acls},
	} {
		if slices.Contains(o.Kinds, part.kind) {
			s.title = part.title
			part.write(img)
		}
	}
	result := Result{Commands: s.commands}
	for _, r := range reasons {
		if s.lost[r] > 0 {
			result.Losses = append(result.Losses, Loss{r, s.lost[r]})
		}
	}
	return result, s.out.Flush()
}

// script is a script being written. Its writer keeps the first error until it is flushed.
type script struct {
	out      *bufio.Writer
	options  CommandOptions
	commands int
	lost     map[*Reason]int
	// title is the heading of the part, until something of it is written.
	title string
	// utf8 tells that the locale has been set.
	utf8 bool
	buf  []byte
}

func (s *script) head(img *image.Image) {
	o := s.options
	p := img.Provenance
	s.text("#!/bin/sh\n")
	s.comment(o.Tool + ": " + o.Origin + " at offset " + strconv.FormatInt(p.Offset, 10) + ", " + image.Time(p.Timestamp))
	s.comment("For the tools of Kafka " + o.Tools.Release.String() + ", which must be on the PATH. It can be run again after a failure.")
	features := "Features of the cluster, set when it is formatted or with kafka-features.sh:"
	for _, name := range slices.Sorted(maps.Keys(img.Features)) {
		features += " " + name + "=" + strconv.Itoa(int(img.Features[name]))
	}
	s.comment(features)
	if o.Damaged > 0 {
		s.text(incomplete(o.Damaged))
	}
	s.text("set -e\n")
	if o.Bootstrap == "" {
		s.text(`: "${BOOTSTRAP_SERVER:?must be host:port of a broker}"` + "\n")
	}
}

func (s *script) text(text string) {
	_, _ = s.out.WriteString(text) // Flush tells the error
}

// heading writes the title of a part once.
func (s *script) heading() {
	if s.title != "" {
		s.text("\n# " + s.title + "\n")
		s.title = ""
	}
}

// comment writes a line that the shell passes over, whatever the text holds.
func (s *script) comment(text string) {
	s.text("# " + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text) + "\n")
}

// lose counts something that cannot be created, and tells why.
func (s *script) lose(r *Reason, what, why string) {
	s.heading()
	if why == "" {
		why = r.Why
	}
	s.comment("cannot be recreated: " + what + ": " + why)
	s.lost[r]++
}

// run writes a command: the tool, its connection, and args.
func (s *script) run(tool string, args ...string) { s.pipe("", tool, args...) }

// pipe is run with lines for the tool's standard input.
func (s *script) pipe(input, tool string, args ...string) {
	s.heading()
	if !s.utf8 && slices.ContainsFunc(args, func(a string) bool { return !ascii(a) }) {
		s.utf8 = true
		s.comment("Java takes names that are not ASCII for others unless the locale is one of UTF-8 (macOS: en_US.UTF-8).")
		s.text("export LC_ALL=C.UTF-8\n")
	}
	b := s.buf[:0]
	if input != "" {
		b = append(b, `printf '%s\n' `+shellword.Quote(input)+" | "...)
	}
	b = s.appendCall(b, tool, args)
	b = append(b, '\n')
	s.buf = b
	_, _ = s.out.Write(s.buf) // Flush tells the error
	s.commands++
}

func (s *script) appendCall(b []byte, tool string, args []string) []byte {
	b = append(append(b, tool...), " --bootstrap-server "...)
	if s.options.Bootstrap == "" {
		b = append(b, `"$BOOTSTRAP_SERVER"`...)
	} else {
		b = append(b, shellword.Quote(s.options.Bootstrap)...)
	}
	if s.options.CommandConfig != "" {
		b = append(b, " --command-config "+shellword.Quote(s.options.CommandConfig)...)
	}
	for _, a := range args {
		b = append(append(b, ' '), shellword.Quote(a)...)
	}
	return b
}

// named is a kind of thing and its name as comments have them.
func named(what, name string) string { return what + " " + strconv.Quote(name) }

// sayable reports whether a name can be an argument at all.
func sayable(name string) bool { return name != "" && strings.IndexByte(name, 0) < 0 }
