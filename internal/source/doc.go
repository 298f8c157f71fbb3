// Package source is where bytes come from: a directory, a file, an archive (tar, zip, tar or a single file compressed with
// gzip or zstd), something in an archive, or a stream. All of them become an [fs.FS] whose files are read at any position
// ([io.ReaderAt]).
//
// What cannot be read at a position where it lies is first unpacked into a temporary file that no longer has a name, so
// that memory stays flat and nothing is left behind.
package source
