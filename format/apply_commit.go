package format

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// backupSuffix names what a file replaces until the directory is done. Kafka pays no heed to such names.
const backupSuffix = ".kraftctl-replaced"

func (f FileWrite) backup() string { return f.Path + backupSuffix }

// placement is a file on its way to its place.
type placement struct {
	file FileWrite
	// replaces says that something was there, and is kept under the backup name.
	replaces bool
	// there says that the new file has its name.
	there bool
}

// commit renames the files of a prepared directory into place. It is not interrupted: either all of it happens, or it is
// taken back.
func (a *applier) commit(_ context.Context, t *target) error {
	first, last := t.inSafeOrder()
	for _, group := range [][]FileWrite{first, last} {
		for _, file := range group {
			if err := t.place(file); err != nil {
				return err
			}
		}
		if err := t.syncPlaces(group); err != nil {
			return err
		}
	}
	t.done = true
	for _, file := range t.Files {
		a.observe(Event{Directory: t.Directory, Path: file.Path})
	}
	a.observe(Event{Directory: t.Directory, Line: t.Line})
	return t.dropBackups()
}

// inSafeOrder splits the files into those that must be durable before the directory counts as formatted, and the ones
// that make it count.
func (t *target) inSafeOrder() (first, last []FileWrite) {
	for _, file := range t.Files {
		if file.Role == MetaProperties {
			last = append(last, file)
		} else {
			first = append(first, file)
		}
	}
	return first, last
}

// place gives a temporary file its name, after moving away what has it.
func (t *target) place(file FileWrite) error {
	t.placed = append(t.placed, placement{file: file})
	step := &t.placed[len(t.placed)-1]
	switch _, err := t.fsys.Lstat(file.Path); {
	case err == nil:
		if err := t.fsys.Rename(file.Path, file.backup()); err != nil {
			return fileError(OpRename, t.Directory, file, err)
		}
		step.replaces = true
	case !errors.Is(err, fs.ErrNotExist):
		return fileError(OpLook, t.Directory, file, err)
	}
	if err := t.fsys.Rename(file.temp(), file.Path); err != nil {
		return fileError(OpRename, t.Directory, file, err)
	}
	step.there = true
	return nil
}

// syncPlaces makes the new names durable, from the inside out.
func (t *target) syncPlaces(files []FileWrite) error {
	var dirs []string
	for _, file := range files {
		if parent := fsx.Parent(file.Path); !slices.Contains(dirs, parent) && parent != t.inside() {
			dirs = append(dirs, parent)
		}
	}
	for _, dir := range append(dirs, t.inside()) {
		if err := t.fsys.SyncDir(dir); err != nil {
			return opError(OpSyncDirectory, t.Directory, err)
		}
	}
	return nil
}

// inside is the log directory as fsx.Parent spells it.
func (t *target) inside() string { return fsx.Parent(fsx.Join(t.Directory, metaPropertiesName)) }

// dropBackups removes what was replaced, and what an earlier run that lost its power left of that kind.
func (t *target) dropBackups() error {
	for _, file := range t.Files {
		if err := removeIfThere(t.fsys, file.backup()); err != nil {
			return fileError(OpRemove, t.Directory, file, err)
		}
	}
	return nil
}

// undo takes back what was done to a directory that is not done, and returns what it could not remove. The last step goes
// first: without meta.properties the rest means nothing.
func (t *target) undo() (left []string) {
	for i, step := range slices.Backward(t.placed) {
		err := t.displace(step)
		if err != nil {
			left = append(left, step.file.Path)
		}
		if step.file.Role == MetaProperties && (err != nil || t.fsys.SyncDir(t.inside()) != nil) {
			// Nothing tells whether a power cut brings the file back: then the others must be there as well.
			return append(left, paths(t.placed[:i])...)
		}
	}
	for _, temp := range t.temps {
		if removeIfThere(t.fsys, temp) != nil {
			left = append(left, temp)
		}
	}
	return append(left, t.removeCreated()...)
}

// displace gives a name back to what had it.
func (t *target) displace(step placement) error {
	if step.there {
		if err := t.fsys.Remove(step.file.Path); err != nil {
			return err
		}
	}
	if step.replaces {
		return t.fsys.Rename(step.file.backup(), step.file.Path)
	}
	return nil
}

// removeCreated removes the directories this run made, unless others have begun to use them.
func (t *target) removeCreated() (left []string) {
	if t.foreign {
		return nil
	}
	for _, dir := range slices.Backward(t.created) {
		if err := removeIfThere(t.fsys, dir); err != nil && !inUse(t.fsys, dir) {
			left = append(left, dir)
		}
	}
	return left
}

// inUse reports whether a directory has entries.
func inUse(fsys fsx.FS, dir string) bool {
	entries, err := fsys.ReadDir(dir)
	return err == nil && len(entries) > 0
}

func paths(placed []placement) []string {
	var all []string
	for _, step := range placed {
		all = append(all, step.file.Path)
	}
	return all
}
