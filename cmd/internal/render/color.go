package render

import (
	"io"
	"os"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"

	"github.com/kraftctl/kraftctl/validate"
)

// Colored decides whether to colour what goes to out: NO_COLOR forbids it, CLICOLOR_FORCE asks for it, CLICOLOR=0 and
// a dumb terminal forbid it; else a terminal is coloured and nothing else.
func Colored(out io.Writer, lookupEnv func(string) (string, bool)) bool {
	env := func(key string) string {
		value, _ := lookupEnv(key)
		return value
	}
	switch force := env("CLICOLOR_FORCE"); {
	case env("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	case env("CLICOLOR") == "0", env("TERM") == "dumb":
		return false
	}
	return Terminal(out)
}

// Terminal reports whether a stream is a terminal.
func Terminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// paint makes one kind of text stand out.
type paint func(text string) string

// palette holds the paints of a text report.
type palette struct {
	place, rule, dim, added, removed paint
	severity                         [validate.Error + 1]paint
}

func newPalette(colored bool) palette {
	mix := func(attributes ...color.Attribute) paint {
		c := color.New(attributes...)
		if colored {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return func(text string) string { return c.Sprint(text) }
	}
	p := palette{place: mix(color.Bold), rule: mix(color.FgMagenta), dim: mix(color.Faint), added: mix(color.FgGreen), removed: mix(color.FgRed)}
	p.severity[validate.Error] = mix(color.FgRed, color.Bold)
	p.severity[validate.Warning] = mix(color.FgYellow, color.Bold)
	p.severity[validate.Info] = mix(color.FgCyan, color.Bold)
	return p
}
