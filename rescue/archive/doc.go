// Package archive is the file format of backups and incident bundles: a tar in zstd whose last entry is a manifest that tells
// size and SHA-256 of everything before it.
//
//	one zstd frame, with its checksum, window of at most 8 MiB, nothing before it
//	┌──────────────────────────────────────────────────────────────────────────────────────────┐
//	│ tar                                                                                      │
//	│   meta.properties                                      files, in the order they were     │
//	│   bootstrap.checkpoint                                 added; regular files only         │
//	│   __cluster_metadata-0/00000000000000000000.log                                          │
//	│   …                                                                                      │
//	│   kraftctl-manifest.json     format, kind, tool, created, files[name size sha256 mode    │
//	│                              modified], details, digest                                  │
//	│   two empty blocks                                                                       │
//	└──────────────────────────────────────────────────────────────────────────────────────────┘
//	the seal: a skippable frame with the SHA-256 of all bytes before it
//
// Any tar and zstd unpack such a file. The tar is exactly what [Writer] makes of the manifest's list and the contents, so that
// there is no room in it for what the manifest does not tell: [Verify] makes it again beside reading and holds the two
// against each other. The manifest's digest is the SHA-256 of the manifest with an empty digest, and thereby stands for
// the content of the whole archive. It shows that a file is what it was, not who made it: whoever can write the archive can
// write a fitting digest, so keep the digest elsewhere where that matters.
//
// Memory is bounded whatever a file says: by the window, by [MaxManifest] and by [MaxFiles].
package archive
