package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/kraftctl/kraftctl/image"
)

// WriteJSON writes the objects of an image as one JSON object of the kind List, whose items have the shape of the documents of
// WriteYAML. The error is that of out.
func WriteJSON(out io.Writer, img *image.Image, o Options) error {
	w := bufio.NewWriterSize(out, 1<<16)
	first := true
	buf := append([]byte(`{"apiVersion":`), strconv.Quote(APIVersion)...)
	buf = append(buf, `,"kind":"List","items":[`...)
	for doc := range documents(img, o) {
		if !first {
			buf = append(buf, ',')
		}
		first = false
		buf = appendJSON(append(buf, '\n'), doc)
		if _, err := w.Write(buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	if _, err := w.WriteString("\n]}\n"); err != nil {
		return err
	}
	return w.Flush()
}

func appendJSON(b []byte, value any) []byte {
	switch v := value.(type) {
	case object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(append(appendText(b, m.name), ':'), m.value)
		}
		return append(b, '}')
	case []object:
		return appendList(b, v, func(b []byte, o object) []byte { return appendJSON(b, o) })
	case []string:
		return appendList(b, v, appendText)
	case partitions:
		return appendPartitions(b, v)
	case string:
		return appendText(b, v)
	}
	return appendValue(b, value)
}

func appendList[T any](b []byte, items []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, item)
	}
	return append(b, ']')
}

func appendPartitions(b []byte, t partitions) []byte {
	b = append(b, '[')
	comma := ""
	for p := range t.Partitions() {
		b = append(append(b, comma...), `{"partition":`...)
		b = strconv.AppendInt(b, int64(p.ID), 10)
		for _, list := range replicaLists(p) {
			b = append(append(append(b, `,"`...), list.name...), `":`...)
			b = appendInts(b, list.ids, ",")
		}
		b, comma = append(b, '}'), ","
	}
	return append(b, ']')
}

// appendText appends a JSON string.
func appendText(b []byte, s string) []byte {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a text can always be encoded
	return append(b, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}
