package format

import "io/fs"

// FileRole says what a file is to the node that will read it; the order of writing and the texts of failures follow from it.
type FileRole int

const (
	// BootstrapCheckpoint is bootstrap.checkpoint, the records a new cluster starts from.
	BootstrapCheckpoint FileRole = iota
	// QuorumSnapshot is the 0-0 snapshot in __cluster_metadata-0.
	QuorumSnapshot
	// MetaProperties is meta.properties: its presence is what makes a directory "formatted".
	MetaProperties
)

// FileWrite is one file to be put into a log directory: its bytes go to a temporary name first and are renamed into place.
type FileWrite struct {
	// Role is what the file is.
	Role FileRole
	// Path is the file's final path. Its directory is created if need be when it is not the log directory itself.
	Path string
	// TempName is the base name of the temporary file beside Path, as Kafka names it.
	TempName string
	// Data is the whole content. It may hold secrets and never appears in an error.
	Data []byte
	// Create is the permission the temporary file is created with, before the umask.
	Create fs.FileMode
	// Chmod, unless 0, is the permission set before the rename.
	Chmod fs.FileMode
}

// DirectoryWork is what formatting does to one log directory, in the order Kafka's tool of the release does it.
type DirectoryWork struct {
	// Directory is the log directory as configured.
	Directory string
	// Kind is Kafka's word for the directory, such as "metadata directory"; releases before 3.9 have none.
	Kind string
	// Line is the line Kafka prints for the directory ("Formatting …"), without a newline.
	Line string
	// LineLast says that Line is printed after the work (until 3.6), not before it.
	LineLast bool
	// Files are the files to write, in Kafka's order. A native Apply writes meta.properties last whatever the order.
	Files []FileWrite
	// Failure, unless nil, is the error Kafka's tool raises once Files are written: 3.3 and 3.4 find out only then that
	// a bootstrap version cannot be loaded. A native Apply refuses the plan before writing anything.
	Failure error
}

// Permissions Kafka creates things with, before the umask.
const (
	// ModeFile is how FileOutputStream and FileChannel create a file.
	ModeFile fs.FileMode = 0o666
	// ModeTemp is how Files.createTempFile creates one.
	ModeTemp fs.FileMode = 0o600
	// ModeFrozen is the final mode of a quorum snapshot (FileRawSnapshotWriter.freeze).
	ModeFrozen fs.FileMode = 0o400
	// ModeDirectory is how Files.createDirectories creates a directory.
	ModeDirectory fs.FileMode = 0o777
)

// Mode is the file's final permission, before the umask.
func (f FileWrite) Mode() fs.FileMode {
	if f.Chmod != 0 {
		return f.Chmod
	}
	return f.Create &^ 0o022
}
