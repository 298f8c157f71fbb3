package stage

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// partSuffix is the end of the temporary names inside a directory.
const partSuffix = ".kraftctl-part"

// lostAndFound is the directory that mkfs puts into the root of a file system.
const lostAndFound = "lost+found"

// Check tells, without writing, why Make would refuse the work: *NotEmptyError, *OtherPlanError, *fsx.HeldError, *ExistsError for a
// report or a file in the place of the directory, *OpError for what cannot be read or written. The files that an unfinished
// directory holds already are read and compared.
func Check(fsys fsx.FS, w Work) error {
	if err := w.valid(); err != nil {
		return err
	}
	lock, err := fsys.LockNode(w.Dir)
	if err != nil {
		return failed("lock", err)
	}
	if err := lock.Close(); err != nil {
		return failed("unlock", err)
	}
	at, err := examine(fsys, w, nil)
	if err != nil {
		return err
	}
	for _, report := range w.Reports {
		if err := isFree(fsys, report.Path, at.begun); err != nil {
			return err
		}
		if err := canEnter(fsys, fsx.Parent(report.Path)); err != nil {
			return err
		}
	}
	return canEnter(fsys, w.Dir)
}

// valid reports a mistake of the program: paths that lead out of the directory, meet or repeat.
func (w *Work) valid() error {
	seen := map[string]bool{}
	for _, file := range w.Files {
		if !fs.ValidPath(file.Path) || file.Path == "." || file.Path == Mark || strings.HasSuffix(file.Path, partSuffix) || seen[file.Path] {
			return fmt.Errorf("%s: %q cannot be a file of the result", w.Dir, file.Path)
		}
		seen[file.Path] = true
	}
	for _, dir := range w.directories() {
		if seen[dir] {
			return fmt.Errorf("%s: %q cannot be a file and a directory of the result", w.Dir, dir)
		}
	}
	if w.Dir == "" || strings.ContainsAny(w.Command+w.Plan+w.Note, "\n") || w.Plan == "" {
		return errors.New("a result needs a directory and a plan")
	}
	return nil
}

// directories are the ones below Dir, outer before inner.
func (w *Work) directories() []string {
	var dirs []string
	for _, file := range w.Files {
		for dir := path.Dir(file.Path); dir != "."; dir = path.Dir(dir) {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// progressAt is how far a directory has come.
type progressAt struct {
	// begun says that it bears the mark of this plan.
	begun bool
	// done are the files that are there and as planned.
	done map[string]bool
	// final says that all Last files are among them: then everything was durable before them.
	final bool
}

// examine finds out how far the directory has come, and what stands in the way.
func examine(fsys fsx.FS, w Work, progress func(int64)) (progressAt, error) {
	at := progressAt{done: map[string]bool{}}
	info, err := fsys.Stat(w.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return at, nil
	case err != nil:
		return at, failed("look at", err)
	case !info.IsDir():
		return at, &ExistsError{w.Dir}
	}
	names, err := entries(fsys, w.Dir)
	if err != nil {
		return at, err
	}
	found, torn := mark{}, false
	if slices.Contains(names, Mark) {
		data, err := fsys.ReadFile(fsx.Join(w.Dir, Mark))
		if err != nil {
			return at, failed("read", err)
		}
		found, at.begun = parseMark(data)
		torn = !at.begun
	}
	switch {
	case at.begun && (found.command != w.Command || found.plan != w.Plan):
		return at, &OtherPlanError{Dir: w.Dir, Command: found.command, Plan: found.plan}
	case at.begun:
		return at, at.compare(fsys, w, progress)
	case torn:
		names = slices.DeleteFunc(names, func(name string) bool { return name == Mark })
	}
	if len(names) > 0 {
		return at, &NotEmptyError{Dir: w.Dir, Names: names}
	}
	return at, nil
}

// entries lists a directory; the lost+found of a mount point is left out.
func entries(fsys fsx.FS, dir string) ([]string, error) {
	list, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, failed("read", err)
	}
	var names []string
	for _, entry := range list {
		if entry.Name() != lostAndFound || !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// compare holds what an unfinished directory has against the plan. A file has its name only after it was written and synced, so one
// that differs was changed by somebody; it is not touched.
func (at *progressAt) compare(fsys fsx.FS, w Work, progress func(int64)) error {
	missing, strange := 0, []string{}
	for _, file := range w.Files {
		same, err := holds(fsys, fsx.Join(w.Dir, file.Path), file, progress)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing++
			continue
		case err != nil:
			return failed("read", err)
		case !same:
			strange = append(strange, file.Path)
		}
		at.done[file.Path] = same
		at.final = at.final || file.Last && same
	}
	for _, file := range w.Files {
		at.final = at.final && (!file.Last || at.done[file.Path])
	}
	if at.final {
		return nil // a node may have been started since: what it wrote is its own
	}
	others, err := strangers(fsys, w, ".", w.directories())
	if err != nil {
		return err
	}
	if strange = append(strange, others...); len(strange) > 0 {
		return &NotEmptyError{Dir: w.Dir, Names: strange, Incomplete: true}
	}
	return nil
}

// holds reports whether the file name has the planned content.
func holds(fsys fsx.FS, name string, file File, progress func(int64)) (bool, error) {
	info, err := fsys.Lstat(name)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() != file.Size {
		return false, nil
	}
	in, err := fsys.Open(name)
	if err != nil {
		return false, err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, counted{in, progress}); err != nil {
		return false, err
	}
	return [sha256.Size]byte(sum.Sum(nil)) == file.Sum, nil
}

// counted tells progress what is read.
type counted struct {
	in       io.Reader
	progress func(int64)
}

func (c counted) Read(into []byte) (int, error) {
	n, err := c.in.Read(into)
	if n > 0 && c.progress != nil {
		c.progress(int64(n))
	}
	return n, err
}

// strangers are the entries below dir that are neither planned nor temporary.
func strangers(fsys fsx.FS, w Work, dir string, dirs []string) ([]string, error) {
	at := w.Dir
	if dir != "." {
		at = fsx.Join(w.Dir, dir)
	}
	list, err := fsys.ReadDir(at)
	if err != nil {
		return nil, failed("read", err)
	}
	var strange []string
	for _, entry := range list {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && slices.Contains(dirs, name):
			inner, err := strangers(fsys, w, name, dirs)
			if err != nil {
				return nil, err
			}
			strange = append(strange, inner...)
		case name == lostAndFound && entry.IsDir(), name == Mark, !entry.IsDir() && w.names(name):
		default:
			strange = append(strange, name)
		}
	}
	return strange, nil
}

// names reports whether the file is a planned one or its temporary form.
func (w *Work) names(name string) bool {
	name = strings.TrimSuffix(name, partSuffix)
	return slices.ContainsFunc(w.Files, func(file File) bool { return file.Path == name })
}

// isFree tells why a file cannot have the name: something has it, and is not ours.
func isFree(fsys fsx.FS, name string, ours bool) error {
	_, err := fsys.Lstat(name)
	switch {
	case err == nil && !ours:
		return &ExistsError{name}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return failed("look at", err)
	}
	return nil
}

// canPlace tells why a file cannot be put at name: it is not free, or its directory is missing or cannot be written to.
func canPlace(fsys fsx.FS, name string, ours bool) error {
	if err := isFree(fsys, name, ours); err != nil {
		return err
	}
	return failed("write to", fsys.Writable(fsx.Parent(name)))
}

// canEnter tells why nothing can be made in dir, or in its nearest parent that exists.
func canEnter(fsys fsx.FS, dir string) error {
	at, err := fsys.Abs(dir)
	if err != nil {
		return failed("look at", err)
	}
	for {
		err := fsys.Writable(at)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || at == fsx.Parent(at) {
			return failed("write to", err)
		}
		at = fsx.Parent(at)
	}
}
