package dump

import (
	"strconv"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/metadata"
)

func appendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }

// appendText appends a record as kafka-dump-log prints it, without a line break.
func (r *row) appendText(dst []byte, o *Options, same *repeated) []byte {
	if r.rec.Key == nil && r.rec.Value != nil && len(r.rec.Headers) == 0 && r.batch.BaseSequence < 0 {
		same.text(r)
		dst = same.offset.append(append(dst, same.before...), r.batch.Offset(r.rec))
		dst = appendInt(append(dst, same.after...), int64(len(r.rec.Value)))
		dst = append(dst, " sequence: -1 headerKeys: []"...)
	} else {
		dst = dumplog.AppendRecordHead(dst, &r.batch.Batch, r.rec)
	}
	if o.NoData {
		return dst
	}
	if r.control {
		return r.appendControlText(dst)
	}
	dst = append(dst, " payload: "...)
	if r.err != nil {
		dst = appendInt(append(dst, "Error at "...), r.batch.Offset(r.rec))
		return append(append(dst, ", skipping. "...), r.err.Error()...)
	}
	dst = append(append(dst, `{"type":"`...), r.typeName()...)
	dst = appendInt(append(dst, `","version":`...), int64(r.version))
	dst = r.appendData(append(dst, `,"data":`...), o.ShowSecrets)
	return append(dst, '}')
}

// leaderChange is the control type of LeaderChangeMessage, the one whose label kafka-dump-log ends with a colon.
const leaderChange = 2

func (r *row) appendControlText(dst []byte) []byte {
	dst = append(dst, ' ')
	if t, ok := metadata.ControlTypeOf(r.key); ok {
		dst = append(dst, t.Label...)
	} else {
		dst = appendInt(append(dst, "controlType "...), int64(r.key))
	}
	if r.key == leaderChange {
		dst = append(dst, ':')
	}
	if r.err != nil {
		return append(append(dst, ' '), r.err.Error()...)
	}
	return r.appendData(append(dst, ' '), true)
}
