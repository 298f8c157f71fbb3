package dumplog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

var sample = record.Batch{
	BaseOffset: 10, Length: 88, LeaderEpoch: 3, Magic: 2, CRC: 4000000000, LastOffsetDelta: 1, BaseTimestamp: 1000, MaxTimestamp: 2000,
	ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1, Count: 2,
}

// The lines are those of DumpLogSegments.printBatchLevel and printRecordMetadata.
func TestLines(t *testing.T) {
	b := sample
	if got, want := string(dumplog.AppendBatchLine(nil, &b, 77, true)), "baseOffset: 10 lastOffset: 11 count: 2 baseSequence: -1 lastSequence: -1 "+
		"producerId: -1 producerEpoch: -1 partitionLeaderEpoch: 3 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty "+
		"position: 77 CreateTime: 2000 size: 100 magic: 2 compresscodec: none crc: 4000000000 isvalid: true"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	b.Attributes = 0x40 | 0x20 | 0x10 | 0x08 | 4
	b.ProducerID, b.ProducerEpoch, b.BaseSequence = 7, 1, 1<<31-1
	if got := string(dumplog.AppendBatchLine(nil, &b, 0, false)); !strings.Contains(got, "baseSequence: 2147483647 lastSequence: 0 ") ||
		!strings.Contains(got, " isTransactional: true isControl: true deleteHorizonMs: OptionalLong[1000] position: 0 LogAppendTime: 2000 ") ||
		!strings.HasSuffix(got, "compresscodec: zstd crc: 4000000000 isvalid: false") {
		t.Error(got)
	}
	rec := record.Record{OffsetDelta: 1, TimestampDelta: 5, Key: []byte("k"), Headers: []record.Header{{Key: "a"}, {Key: "b\xff"}}}
	if got, want := string(dumplog.AppendRecordHead(nil, &sample, &rec)),
		"| offset: 11 CreateTime: 1005 keySize: 1 valueSize: -1 sequence: -1 headerKeys: [a,b\uFFFD]"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// An unknown codec leaves the first half of the line.
func TestUnknownCodec(t *testing.T) {
	b := sample
	b.Attributes = 7
	out, err := dumplog.NewRenderer(metadataOptions()).AppendBatch(nil, &b, 0, true)
	var e *dumplog.Exception
	if !errors.As(err, &e) || e.Error() != "java.lang.IllegalArgumentException: Unknown compression type id: 7" ||
		!strings.HasSuffix(string(out), "deleteHorizonMs: OptionalLong.empty") {
		t.Errorf("%s %v", out, err)
	}
}

func TestPayloads(t *testing.T) {
	value := metadata.AppendFramed(nil, &metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 7}, 0)
	json := `payload: {"type":"FEATURE_LEVEL_RECORD","version":0,"data":{"name":"metadata.version","featureLevel":7}}`
	for name, c := range map[string]struct {
		rel        release.Release
		decoder    dumplog.Decoder
		key, value []byte
		want       string
	}{
		"metadata":            {release.V4_3, dumplog.ClusterMetadata, nil, value, "| " + json},
		"metadata before 4.3": {release.V4_2, dumplog.ClusterMetadata, nil, value, " " + json},
		"key of metadata":     {release.V4_3, dumplog.ClusterMetadata, []byte("k"), value, "| " + json},
		"null value":          {release.V4_3, dumplog.ClusterMetadata, nil, nil, "| payload: Error at 10, skipping. Error while reading frame version"},
		"unknown type": {
			release.V3_3, dumplog.ClusterMetadata, nil,
			[]byte{1, 126, 0},
			" payload: Error at 10, skipping. org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id 126",
		},
		"text":            {release.V4_3, dumplog.Strings, []byte("k\n"), []byte("v\xff"), "| key: k\n payload: v\uFFFD"},
		"text before 4.3": {release.V3_9, dumplog.Strings, []byte("k"), []byte("v"), "| key: k payload: v"},
		"text, no key":    {release.V4_3, dumplog.Strings, nil, []byte("v"), "| payload: v"},
		"no key, 3.9":     {release.V3_9, dumplog.Strings, nil, []byte("v"), " payload: v"},
		"nothing":         {release.V4_3, dumplog.Strings, nil, nil, ""},
	} {
		opts := dumplog.Defaults(c.rel)
		opts.PrintData, opts.SkipRecordMetadata, opts.Decoder = true, true, c.decoder
		got, err := dumplog.NewRenderer(opts).AppendRecord(nil, &sample, &record.Record{Key: c.key, Value: c.value})
		if err != nil || string(got) != c.want+"\n" {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

// Control records of a release, and what ends the tool at broken ones. Texts of 4.3.1, 4.2.1, 4.0.2 and 3.7.2.
func TestControlRecords(t *testing.T) {
	leader := []byte("\x00\x00\x00\x00\x00\x01\x01\x01\x00")
	for name, c := range map[string]struct {
		rel        release.Release
		key, value []byte
		want, fail string
	}{
		"leader": {release.V4_3, record.ControlKey(2), leader, ` LeaderChange: {"version":0,"leaderId":1,"voters":[],"grantingVoters":[]}`, ""},
		"leader, version 1": {
			release.V4_3, record.ControlKey(2), []byte("\x00\x01\x00\x00\x00\x01\x02\x00\x00\x00\x07\x00\x01\x00"),
			` LeaderChange: {"version":1,"leaderId":1,"voters":[{"voterId":7,"voterDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA"}],"grantingVoters":[]}`, "",
		},
		"leader until 4.0": {release.V4_0, record.ControlKey(2), leader, " controlType: LEADER_CHANGE(2)", ""},
		"version":          {release.V3_8, record.ControlKey(5), []byte("\x00\x00\x00\x01\x00"), ` KRaftVersion {"version":0,"kRaftVersion":1}`, ""},
		"version in 3.7":   {release.V3_7, record.ControlKey(5), []byte("\x00\x00\x00\x01\x00"), " controlType: UNKNOWN(5)", ""},
		"unknown":          {release.V4_3, record.ControlKey(99), nil, " controlType: UNKNOWN(99)", ""},
		"commit":           {release.V4_3, record.ControlKey(1), []byte("\x00\x00\x00\x00\x00\x11"), " endTxnMarker: COMMIT coordinatorEpoch: 17", ""},
		"abort":            {release.V3_3, record.ControlKey(0), []byte("\x00\x00\x00\x00\x00\x11"), " endTxnMarker: ABORT coordinatorEpoch: 17", ""},
		"no key":           {release.V4_3, nil, nil, "", `java.lang.NullPointerException: Cannot invoke "java.nio.ByteBuffer.duplicate()" because "key" is null`},
		"short key": {
			release.V4_3,
			[]byte{0},
			nil, "",
			"org.apache.kafka.common.InvalidRecordException: Invalid value size found for control record key. Must have at least 4 bytes, but found only 1",
		},
		"short key in 4.2": {
			release.V4_2,
			[]byte{0},
			nil, "",
			"org.apache.kafka.common.InvalidRecordException: Invalid value size found for end control record key. Must have at least 4 bytes, but found only 1",
		},
		"negative version": {
			release.V4_3,
			[]byte{0x80, 0, 0, 2},
			nil, "",
			"org.apache.kafka.common.InvalidRecordException: Invalid version found for control record: -32768. May indicate data corruption",
		},
		"short body":   {release.V4_3, record.ControlKey(2), leader[:4], "", "java.nio.BufferUnderflowException"},
		"null voters":  {release.V4_3, record.ControlKey(2), []byte("\x00\x00\x00\x00\x00\x01\x00"), "", "java.lang.RuntimeException: non-nullable field voters was serialized as null"},
		"short marker": {release.V4_1, record.ControlKey(1), []byte{0, 0, 1}, "", "java.nio.BufferUnderflowException"},
		"short marker in 4.0": {
			release.V4_0, record.ControlKey(1),
			[]byte{0, 0, 1},
			"",
			"org.apache.kafka.common.InvalidRecordException: Invalid value size found for end transaction marker. Must have at least 6 bytes, but found only 3",
		},
	} {
		opts := dumplog.Defaults(c.rel)
		opts.Deep = true
		b := sample
		b.Attributes = record.ControlAttributes
		rec := record.Record{Key: c.key, Value: c.value}
		head := string(dumplog.AppendRecordHead(nil, &b, &rec))
		got, err := dumplog.NewRenderer(opts).AppendRecord(nil, &b, &rec)
		fail := ""
		if err != nil {
			fail = err.Error()
		} else {
			c.want += "\n"
		}
		if string(got) != head+c.want || fail != c.fail {
			t.Errorf("%s: %q, %s", name, strings.TrimPrefix(string(got), head), fail)
		}
	}
}
