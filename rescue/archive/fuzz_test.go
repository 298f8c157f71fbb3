package archive_test

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/kraftctl/kraftctl/rescue/archive"
)

// FuzzVerify verifies arbitrary bytes, and tars that are packed as they should be.
func FuzzVerify(f *testing.F) {
	var b bytes.Buffer
	w, err := archive.NewWriter(&b, head)
	if err != nil {
		f.Fatal(err)
	}
	if err := w.Add("a/b", 0o600, time.Unix(1, 0), 3, strings.NewReader("abc")); err != nil {
		f.Fatal(err)
	}
	if _, err := w.Close(json.RawMessage(`{}`)); err != nil {
		f.Fatal(err)
	}
	z, err := zstd.NewReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		f.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes(), false)
	f.Add(plain, true)
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 4, 0}, false)
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, packed bool) {
		if packed {
			data = sealed(pack.EncodeAll(data, nil))
		}
		a, err := archive.Read(bytes.NewReader(data), "x", archive.Options{TempDir: t.TempDir(), MaxUnpacked: 1 << 22})
		if err != nil {
			return
		}
		defer a.Close()
		for _, e := range a.Manifest.Files {
			got, err := fs.ReadFile(a.FS, e.Name)
			if err != nil || int64(len(got)) != e.Size {
				t.Errorf("%s: %d bytes, %v", e.Name, len(got), err)
			}
		}
	})
}
