package metalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/kraftctl/kraftctl/record"
)

// broken is the region at pos, where no batch can be framed: up to the next batch that checks out, or to the end.
func (f *framer) broken(pos int64) (frame, error) {
	view, err := f.view(pos, record.HeaderSize)
	if err != nil {
		return frame{}, err
	}
	head := bytes.Clone(view[:min(len(view), record.HeaderSize)])
	d := &Damage{File: f.path, Position: pos, FirstOffset: -1, LastOffset: -1}
	if fr, ok, err := f.otherMagic(pos, head, d); ok || err != nil {
		return fr, err
	}
	zeros, err := f.zeros(pos)
	if err != nil {
		return frame{}, err
	}
	if pos+zeros == f.end && zeros >= record.LogOverhead {
		d.Kind, d.Length = ZeroTail, zeros
		d.Err = fmt.Errorf("%d zero bytes at the end of the file, as preallocation or a crash leaves them", zeros)
		return frame{pos: pos, size: zeros, damage: d}, nil
	}
	again, err := f.resync(pos+1, f.end)
	if err != nil {
		return frame{}, err
	}
	d.Length = again - pos
	d.Kind, d.Err = f.diagnose(head, pos, again)
	return frame{pos: pos, size: d.Length, damage: d}, nil
}

// otherMagic recognises a batch in which only the magic is wrong, which the CRC does not cover, and messages of before
// Kafka 0.11.
func (f *framer) otherMagic(pos int64, head []byte, d *Damage) (frame, bool, error) {
	if len(head) < record.PrefixSize || head[16] == record.Magic {
		return frame{}, false, nil
	}
	d.Kind = BadMagic
	if size := claimedSize(head, record.HeaderSize); size > 0 {
		fits, err := f.crcFits(pos, size)
		if err != nil || fits {
			d.Length, d.Err = size, fmt.Errorf("magic is %d and should be 2; the rest of the batch is sound", int8(head[16]))
			return frame{pos: pos, size: size, damage: d, batch: true, checked: true}, fits, err
		}
	}
	size := claimedSize(head, record.LogOverhead+record.MinLegacyLength)
	if head[16] > 1 || size == 0 || pos+size > f.end || !f.spend(size) {
		return frame{}, false, nil
	}
	data, err := f.view(pos, size)
	if err != nil || int64(len(data)) < size {
		return frame{}, false, err
	}
	m, _ := record.ParseLegacy(data[:size])
	if !m.Valid() {
		return frame{}, false, nil
	}
	d.Length, d.FirstOffset, d.LastOffset = size, m.Offset, m.Offset
	d.Err = fmt.Errorf("message of format %d, from before Kafka 0.11, which no metadata log has", m.Magic)
	return frame{pos: pos, size: size, damage: d}, true, nil
}

// zeros is the number of zero bytes from pos on.
func (f *framer) zeros(pos int64) (int64, error) {
	for at := pos; at < f.end; {
		view, err := f.view(at, 1)
		if err != nil || len(view) == 0 {
			return at - pos, err
		}
		if n := leadingZeros(view); n < len(view) {
			return at + int64(n) - pos, nil
		}
		at += int64(len(view))
	}
	return f.end - pos, nil
}

func leadingZeros(b []byte) int {
	n := 0
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(b[n:]) == 0 {
		n += 8
	}
	for n < len(b) && b[n] == 0 {
		n++
	}
	return n
}

// resync is the position of the first batch from pos on, and before limit, that is wholly right, or limit.
func (f *framer) resync(pos, limit int64) (int64, error) {
	for limit > pos && f.end-pos >= record.HeaderSize {
		view, err := f.view(pos, record.HeaderSize)
		if err != nil || len(view) < record.HeaderSize {
			return limit, err
		}
		i := bytes.IndexByte(view[16:], record.Magic)
		if i < 0 {
			i = len(view) - 17
		}
		f.allowance = min(allowanceStart, f.allowance+allowancePerB*int64(i+1))
		pos += int64(i)
		if pos >= limit {
			break
		}
		right, err := f.right(pos)
		if right || err != nil {
			return pos, err
		}
		pos++
	}
	return limit, nil
}

// right reports whether there is a batch at pos whose header makes sense and whose CRC fits.
func (f *framer) right(pos int64) (bool, error) {
	head, err := f.view(pos, record.HeaderSize)
	if err != nil {
		return false, err
	}
	size := possible(head)
	if size == 0 || pos+size > f.end {
		return false, nil
	}
	b, err := record.ParseHeader(head)
	if err != nil || b.BaseOffset < 0 || b.Count < 0 || int64(b.Count) > size || b.LastOffsetDelta < 0 || b.Attributes&^0x7f != 0 {
		return false, nil //nolint:nilerr // a header that cannot be read is no header
	}
	return f.crcFits(pos, size)
}

// diagnose says what is wrong with the region from pos to again, whose first bytes are head.
func (f *framer) diagnose(head []byte, pos, again int64) (DamageKind, error) {
	if len(head) < record.HeaderSize {
		return Truncated, fmt.Errorf("the file ends within the header of a batch: %d of %d bytes are there", len(head), record.HeaderSize)
	}
	length := int64(int32(binary.BigEndian.Uint32(head[8:])))
	switch {
	case length < record.HeaderSize-record.LogOverhead:
		return BadLength, fmt.Errorf("batch length %d is less than the smallest possible, %d", length, record.HeaderSize-record.LogOverhead)
	case head[16] != record.Magic:
		return BadMagic, fmt.Errorf("magic is %d and should be 2", int8(head[16]))
	case pos+record.LogOverhead+length > f.end && again == f.end:
		return Truncated, fmt.Errorf("the file ends within a batch: %d of %d bytes are there", f.end-pos, record.LogOverhead+length)
	case pos+record.LogOverhead+length > f.end:
		return BadLength, fmt.Errorf("batch length %d leads past the end of the file, but a sound batch begins at %d", length, again)
	case length > maxBatch:
		return BadLength, fmt.Errorf("batch length %d is more than any batch has, %d", length, maxBatch)
	}
	return BadCRC, errors.New("neither the CRC of the batch nor the header after it fits")
}
