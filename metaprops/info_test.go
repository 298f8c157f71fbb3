package metaprops_test

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

func TestInspectAsKafka(t *testing.T) {
	type row struct {
		Version, ID, Stdout, Error string
		Kraft                      bool
		Dirs, Predirs              []string
		Files                      map[string]string
	}
	for _, row := range rows[row](t, "info.jsonl.gz") {
		disk := fsx.NewCrash()
		mustMkdir(t, disk, "/case")
		for _, dir := range row.Predirs {
			mustMkdir(t, disk, "/case/"+dir)
		}
		for name, text := range row.Files {
			mustMkdir(t, disk, path.Dir("/case/"+name))
			mustWrite(t, disk, "/case/"+name, text)
		}
		var dirs []string
		for _, dir := range row.Dirs {
			dirs = append(dirs, strings.ReplaceAll(dir, "@DIR@", "/case"))
		}
		rel, err := release.Parse(row.Version)
		if err != nil {
			t.Fatal(err)
		}
		got, message := "", ""
		if info, err := metaprops.Inspect(disk, rel, row.Kraft, dirs); err != nil {
			message = err.Error()
		} else {
			got = strings.ReplaceAll(info.Text(), "/case", "@DIR@")
		}
		if got != row.Stdout || message != row.Error {
			t.Errorf("%s:\n%s%s\nwant\n%s%s", row.ID, got, message, row.Stdout, row.Error)
		}
	}
}

func TestInspectStopsAtAFileItMayNotRead(t *testing.T) {
	disk := fsx.NewCrash()
	mustMkdir(t, disk, "/d")
	mustWrite(t, disk, "/d/meta.properties", "version=1\n")
	for _, rel := range []release.Release{release.V3_6, release.V4_4} {
		// The third operation is the reading, after the two looks at the directory and at the file.
		faulty := &fsx.Faulty{Under: disk, Errno: syscall.EACCES, At: 3}
		if info, err := metaprops.Inspect(faulty, rel, true, []string{"/d"}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: got %v, %v", rel, info, err)
		}
	}
}

func TestInspectTakesWhatItCannotSeeForAbsent(t *testing.T) {
	disk := fsx.NewCrash()
	mustMkdir(t, disk, "/d")
	mustWrite(t, disk, "/d/meta.properties", "version=1\n")
	for at, want := range map[int]string{1: "/d does not exist", 2: "/d is not formatted."} {
		faulty := &fsx.Faulty{Under: disk, Errno: syscall.EACCES, At: at}
		info, err := metaprops.Inspect(faulty, release.Newest(), true, []string{"/d"})
		if err != nil || len(info.Problems) != 1 || info.Problems[0] != want {
			t.Errorf("operation %d fails: got %+v, %v, want %q", at, info, err, want)
		}
	}
}
