package bundle

import (
	"bytes"
	"fmt"
)

const readmeName = "README.txt"

// manual is the part of README.txt that is the same in every bundle.
const manual = `
What is what
  node-ID/                          the metadata of the node with that ID, as in its log directory
    meta.properties                 who the node is
    bootstrap.checkpoint            the first records of the cluster, or of the node
    __cluster_metadata-0/*.log      the metadata log
    __cluster_metadata-0/*.checkpoint  snapshots of the metadata
    __cluster_metadata-0/quorum-state  what the node knows of leader and vote
    config/                         its configuration
  config/                           configurations that name no node
  reports/                          what kraftctl said of the ORIGINAL files: verify, timeline, compare
  kraftctl-manifest.json            checksums, and what was replaced, by file and offset

How to look at it
  kraftctl inspect ls BUNDLE
  kraftctl inspect timeline BUNDLE
  kraftctl inspect compare BUNDLE
  kraftctl inspect state BUNDLE            the copy that goes furthest
  kraftctl inspect state BUNDLE/node-1     the copy of node 1
  kraftctl inspect dump BUNDLE --type ConfigRecord
  kraftctl inspect verify BUNDLE
  tar -xf BUNDLE                           where tar knows zstd
Kafka's own tools read the unpacked files.

What was replaced
  Secrets are the text (redacted): salts and keys of SCRAM users, values of secret configurations, passwords in configuration
  files. Offsets, epochs, timestamps, batches and the number of records are those of the original; lengths and CRCs were computed
  anew, so that positions in files are others. Index files are left out for that reason.
  Bytes that cannot be decoded may hold secrets; they are overwritten with (redacted) over and over, and still told as damage by
  kraftctl inspect verify, though maybe as another kind. reports/verify.txt tells what and where it was in the original.
  reports/timeline.txt covers the last offsets of a long log; its first line says where it begins then.
`

// readme is the text of README.txt.
func (b *Bundle) readme() []byte {
	var t bytes.Buffer
	fmt.Fprintf(&t, "An incident bundle, made by %s at %s.\n\nNodes\n", b.opts.Tool, b.summary.Created)
	for _, n := range b.summary.Nodes {
		fmt.Fprintf(&t, "  %s/", n.Folder)
		if n.ClusterID != "" {
			fmt.Fprintf(&t, "  cluster %s", n.ClusterID)
		}
		if n.DirectoryID != "" {
			fmt.Fprintf(&t, ", directory %s", n.DirectoryID)
		}
		if n.EndOffset >= 0 {
			fmt.Fprintf(&t, ", offsets %d to %d, epoch %d", n.StartOffset, n.EndOffset-1, n.LastEpoch)
		}
		fmt.Fprintln(&t)
	}
	t.WriteString(manual)
	return t.Bytes()
}
