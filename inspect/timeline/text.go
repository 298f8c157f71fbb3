package timeline

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// colours are the ANSI sequences of levels in text.
var colours = map[Level]string{Good: "\x1b[32m", Warn: "\x1b[33m", Bad: "\x1b[31m"}

const plain = "\x1b[0m"

// WriteText writes a line for each event: time, offsets, epoch and active controller, kind and words.
func WriteText(w io.Writer, t *Timeline, colour bool) error {
	out := bufio.NewWriterSize(w, 64<<10)
	for _, note := range t.Notes {
		fmt.Fprintf(out, "# %s\n", note)
	}
	for i := range t.Events {
		e := &t.Events[i]
		text := strings.ReplaceAll(e.Text, "\n", " ")
		if e.Copy != "" {
			text += " [only in " + e.Copy + "]"
		}
		begin, end := "", ""
		if c := colours[e.Level]; colour && c != "" {
			begin, end = c, plain
		}
		fmt.Fprintf(out, "%-24s  %-11s  %-9s  %s%-22s  %s%s\n", image.Time(e.Time), offsets(e), term(e), begin, e.Kind, text, end)
	}
	return out.Flush()
}

func offsets(e *Event) string {
	if e.LastOffset > e.Offset {
		return fmt.Sprintf("%d-%d", e.Offset, e.LastOffset)
	}
	return fmt.Sprint(e.Offset)
}

// term is epoch and active controller: "e5 c1".
func term(e *Event) string {
	if e.Controller < 0 {
		return fmt.Sprintf("e%d", e.Epoch)
	}
	return fmt.Sprintf("e%d c%d", e.Epoch, e.Controller)
}

// WriteJSONLines writes an object for each event on a line of its own.
func WriteJSONLines(w io.Writer, t *Timeline) error {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i := range t.Events {
		if err := enc.Encode(&t.Events[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}
