package command

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/shellword"
	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/rescue/archive"
)

// openSource opens what a path means. An archive of kraftctl's is verified: one that was changed, or is not whole, is refused. Others
// have nothing to check them by, nor has one that another program packed anew. what says what the path can be.
func openSource(app *App, path, what string) (*source.Source, error) {
	src, err := source.Open(path, source.Options{Stdin: app.In})
	if err != nil {
		return nil, notOpened(path, err, what)
	}
	if src.Archive == "" {
		return src, nil
	}
	if _, err := fs.Stat(src.Root, archive.ManifestName); err != nil {
		return src, nil //nolint:nilerr // it is not one of kraftctl's
	}
	_, err = readManifest(app, src.Archive)
	var fault *archive.Error
	if err == nil || errors.As(err, &fault) && fault.Fault == archive.Foreign {
		return src, nil
	}
	return nil, errors.Join(err, src.Close())
}

// openArchive verifies the archive at a path, or on standard input for "-", and opens it.
func openArchive(app *App, path string) (*archive.Archive, error) {
	return readArchive(app, path, func(r io.Reader, shown string, progress func(int64)) (*archive.Archive, error) {
		return archive.Read(r, shown, archive.Options{Progress: progress})
	})
}

// readManifest verifies the archive at a path, or on standard input for "-", and returns its manifest.
func readManifest(app *App, path string) (*archive.Manifest, error) {
	return readArchive(app, path, func(r io.Reader, shown string, progress func(int64)) (*archive.Manifest, error) {
		m, err := archive.Verify(r, progress)
		var fault *archive.Error
		if errors.As(err, &fault) {
			fault.File = shown
		}
		return m, err
	})
}

// readArchive reads an archive. The error is an *ExitError: of use where the file is no such archive or cannot be opened, and a
// failure where there is no room to unpack it, or it cannot be read to its end.
func readArchive[T any](app *App, path string, read func(r io.Reader, shown string, progress func(int64)) (T, error)) (T, error) {
	var none T
	in, size, shown := app.In, int64(0), "stdin"
	if path != source.Stdin {
		f, err := os.Open(path)
		if err != nil {
			return none, archiveNotOpened(path, err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return none, usageError(err, "")
		}
		if info.IsDir() {
			return none, archiveError(&archive.Error{Fault: archive.Foreign, File: path, Err: errors.New("it is a directory")})
		}
		in, size, shown = f, info.Size(), path
	}
	bar := newByteProgress(app, size, false)
	out, err := read(in, shown, bar.add)
	bar.done()
	if err != nil {
		return none, archiveError(err)
	}
	return out, nil
}

// archiveNotOpened is the error for an archive that cannot be opened, such as a path into one.
func archiveNotOpened(path string, err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		for up := filepath.Dir(path); up != filepath.Dir(up); up = filepath.Dir(up) {
			if info, err := os.Stat(up); err == nil && info.Mode().IsRegular() {
				return usageError(fmt.Errorf("%s lies in %s, and an archive is read as a whole", path, up), "give "+shellword.Quote(up))
			}
		}
	}
	return notOpened(path, err, "give a file that kraftctl backup or kraftctl inspect bundle wrote")
}

// archiveError maps what is wrong with an archive to an exit code, and says what to do about it.
func archiveError(err error) error {
	var fault *archive.Error
	switch {
	case errors.As(err, &fault):
		return usageError(err, fault.Hint())
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return &ExitError{Code: ExitFailure, Err: err, Hint: "TMPDIR names the directory to unpack in; it needs as much room as the log has"}
	}
	return &ExitError{Code: ExitFailure, Err: err}
}

// joined is one error of those of several files, with the gravest exit code and the last hint.
func joined(errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	out := &ExitError{Err: errors.Join(errs...)}
	for _, err := range errs {
		out.Code = max(out.Code, exitCode(err))
		var exit *ExitError
		if errors.As(err, &exit) && exit.Hint != "" {
			out.Hint = exit.Hint
		}
	}
	return out
}

// digestFlag is the value of --digest. An empty one, as of a variable that is not set, is refused: it would check nothing.
type digestFlag string

func (d *digestFlag) String() string { return string(*d) }

// Type is how help texts call it.
func (*digestFlag) Type() string { return "SHA-256" }

// Set takes a digest as kraftctl prints it, in small letters or capitals.
func (d *digestFlag) Set(text string) error {
	if raw, err := hex.DecodeString(text); err != nil || len(raw) != 32 {
		return fmt.Errorf("a digest has 64 hexadecimal digits, as kraftctl backup ls prints it")
	}
	*d = digestFlag(strings.ToLower(text))
	return nil
}
