package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/kraftctl/kraftctl/image"
)

// WriteJSON writes the objects of an image as one JSON object of the kind List, whose items, one on a line, have the shape of the
// documents of WriteYAML. The error is that of out.
func WriteJSON(out io.Writer, img *image.Image, o Options) error {
	w := bufio.NewWriterSize(out, 1<<16)
	_, _ = w.WriteString(`{"apiVersion":` + strconv.Quote(APIVersion) + `,"kind":"List","items":[`) // Flush tells the error
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	for doc := range documents(img, o) {
		if doc.Kind != KindExport {
			buf.WriteByte(',')
		}
		buf.WriteByte('\n')
		if err := encoder.Encode(doc); err != nil {
			return err
		}
		buf.Truncate(buf.Len() - 1) // the line break, before which a comma may come
		if _, err := buf.WriteTo(w); err != nil {
			return err
		}
	}
	_, _ = w.WriteString("\n]}\n")
	return w.Flush()
}
