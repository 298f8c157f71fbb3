package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// Mark is the file that tells that a directory is not finished. Kafka takes no notice of it.
const Mark = ".kraftctl-incomplete"

const (
	markIntro   = "This directory is not finished. Run the same kraftctl command again to finish it, or remove the directory.\n"
	markCommand = "command: "
	markPlan    = "plan: "
	markNote    = "note: "
)

// mark is the content of a Mark.
type mark struct{ command, plan, note string }

func (m mark) text() []byte {
	return fmt.Appendf(nil, "%s%s%s\n%s%s\n%s%s\n", markIntro, markCommand, m.command, markPlan, m.plan, markNote, m.note)
}

// parseMark reads a Mark; it reports false for one that was not written to its end.
func parseMark(data []byte) (mark, bool) {
	rest, ok := strings.CutPrefix(string(data), markIntro+markCommand)
	command, rest, found := strings.Cut(rest, "\n"+markPlan)
	plan, note, noted := strings.Cut(rest, "\n"+markNote)
	if !ok || !found || !noted || !strings.HasSuffix(note, "\n") {
		return mark{}, false
	}
	return mark{command, plan, strings.TrimSuffix(note, "\n")}, true
}

// Noted is the Note of an unfinished directory of the plan; false when the directory is not that.
func Noted(fsys fsx.FS, w Work) (note string, unfinished bool, err error) {
	data, err := fsys.ReadFile(fsx.Join(w.Dir, Mark))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return "", false, nil
	}
	if err != nil {
		return "", false, failed("read", err)
	}
	found, whole := parseMark(data)
	if !whole || found.command != w.Command || found.plan != w.Plan {
		return "", false, nil
	}
	return found.note, true, nil
}

// put makes the mark durable. One that is there may be known to the system and not yet to the disk: it is synced again, and not
// rewritten, so that it is never torn once files depend on it.
func (m mark) put(fsys fsx.FS, dir string, there bool) error {
	path := fsx.Join(dir, Mark)
	flag, text := os.O_WRONLY|os.O_CREATE|os.O_TRUNC, m.text()
	if there {
		flag, text = os.O_WRONLY, nil
	}
	file, err := fsys.OpenFile(path, flag, 0o666)
	if err != nil {
		return failed("create", err)
	}
	if err := writeAll(file, text); err != nil {
		return err
	}
	return failed("sync", fsys.SyncDir(dir))
}

// writeAll writes, syncs and closes a file.
func writeAll(file fsx.File, data []byte) error {
	var err error
	if len(data) > 0 {
		_, err = file.Write(data)
	}
	if err = failed("write", err); err == nil {
		err = failed("sync", file.Sync())
	}
	if closeErr := file.Close(); err == nil {
		err = failed("close", closeErr)
	}
	return err
}

// dropMark removes the mark durably: the directory is done.
func dropMark(fsys fsx.FS, dir string) error {
	if err := fsys.Remove(fsx.Join(dir, Mark)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed("remove", err)
	}
	return failed("sync", fsys.SyncDir(dir))
}
