package dumplog

import "github.com/kraftctl/kraftctl/release"

// habit is something that kafka-dump-log does in some releases and not in others.
type habit uint8

const (
	// ignoresPlainNames: a file name without a dot is an unknown kind of file; before, it ended the tool.
	ignoresPlainNames habit = iota
	// comparesFirstOffset: the first record of a file is expected at offset 0, so that every later segment has a jump.
	comparesFirstOffset
	// sortsJumps: jumps of offsets and mismatches of an index are kept in sorted maps, one for each first offset; before, they
	// were lists, the newest first.
	sortsJumps
	// barsPayload: with --skip-record-metadata a payload without a key begins with the bar of the record's line.
	barsPayload
	// strayBrace: a closing brace follows the CRC of a legacy record.
	strayBrace
	// printsLeaderChange: the body of a LeaderChange record is printed, not only its type.
	printsLeaderChange
	// printsVoters: KRaftVersion and KRaftVoters records are known, and printed.
	printsVoters
	// padsProducers: a line of a producer snapshot ends with a blank when the producer has no batch.
	padsProducers
	// scalaOptions: a producer's first offset of a transaction is Some(5) or None.
	scalaOptions
	// namesTimeIndex: the report of offsets missing from the log names the time index.
	namesTimeIndex
	// readsAhead: checking an entry of a time index reads all batches from there to the end of the log, not only up to the
	// one it looks for.
	readsAhead
	// surprisedByEnd: the end of a compressed batch within a record is an EOFException, and a negative record size is not caught.
	surprisedByEnd
	// endControlKey: a control record's short key is complained about as "end control record key".
	endControlKey
	// measuresMarker: the size of a transaction marker is checked before it is read.
	measuresMarker
	// snapshotSchema: producer snapshots are read by a schema, whose messages name the fields.
	snapshotSchema
	// scalaIndexes: the complaints of a sanity check are of another class, most end with a full stop, and one has the file in
	// parentheses.
	scalaIndexes
	// oldSnappy: snappy-java 1.1.8, which does not check the size of a block.
	oldSnappy
	// placesMissingKey: the complaint about a missing key tells the record's offset.
	placesMissingKey
	// specifiedDecoder: it no longer tells the decoder.
	specifiedDecoder
	// announcesDecoders: using a decoder of the old package prints a note on stdout, and uses the new one.
	announcesDecoders
	// wrapsMissingClass: a decoder's class that cannot be found is complained about without its name.
	wrapsMissingClass
)

// habits tells the releases that have each habit, as seen in DumpLogSegments and the classes it uses (kafka-clients,
// kafka-storage) of 3.3.2 … 4.3.1; 4.4 has no tool of its own on Maven Central and counts as 4.3.
var habits = [...]release.Range{
	ignoresPlainNames:   release.Since(release.V4_3),
	comparesFirstOffset: release.Since(release.V4_3),
	sortsJumps:          release.Since(release.V4_3),
	barsPayload:         release.Since(release.V4_3),
	strayBrace:          release.Until(release.V4_2),
	printsLeaderChange:  release.Since(release.V4_1),
	printsVoters:        release.Since(release.V3_8),
	padsProducers:       release.Until(release.V4_2),
	scalaOptions:        release.Until(release.V3_4),
	namesTimeIndex:      release.Since(release.V4_3),
	readsAhead:          release.Since(release.V4_3),
	surprisedByEnd:      release.Until(release.V3_5),
	endControlKey:       release.Until(release.V4_2),
	measuresMarker:      release.Until(release.V4_0),
	snapshotSchema:      release.Until(release.V3_9),
	scalaIndexes:        release.Until(release.V3_4),
	oldSnappy:           release.Until(release.V3_4),
	placesMissingKey:    release.Since(release.V3_8),
	specifiedDecoder:    release.Since(release.V4_1),
	announcesDecoders:   {Since: release.V3_8, Until: release.V3_9},
	wrapsMissingClass:   release.Since(release.V4_3),
}

// manners are the habits of one release, a bit each.
type manners uint32

func mannersOf(r release.Release) manners {
	var m manners
	for h, releases := range habits {
		if releases.Contains(r) {
			m |= 1 << h
		}
	}
	return m
}

func (m manners) has(h habit) bool { return m&(1<<h) != 0 }
