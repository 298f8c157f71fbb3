package metalog_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/fstest"
)

// many is a segment of small batches, and the position and first offset of each.
func many(count int) (data []byte, positions []int64) {
	for i := range count {
		positions = append(positions, int64(len(data)))
		data = append(data, batch(int64(3*i), 1, 3)...)
	}
	return data, positions
}

// indexOf is a sane index of such a segment.
func indexOf(positions []int64) []byte {
	var index []byte
	for i := 40; i < len(positions); i += 40 {
		index = binary.BigEndian.AppendUint32(index, uint32(3*i+2))
		index = binary.BigEndian.AppendUint32(index, uint32(positions[i]))
	}
	return index
}

// TestSeekOffset finds batches with a good index, with none, and with ones that lie.
func TestSeekOffset(t *testing.T) {
	data, positions := many(20000)
	good := indexOf(positions)
	lies := make([]byte, len(good))
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range lies {
		lies[i] = byte(rnd.Uint32())
	}
	for name, index := range map[string][]byte{
		"good": good, "none": nil, "preallocated": append(good[:len(good):len(good)], make([]byte, 4096)...), "lies": lies, "odd": good[:13],
		"zeros": make([]byte, 800),
	} {
		files := fstest.MapFS{segmentName: {Data: data}}
		if index != nil {
			files["00000000000000000000.index"] = &fstest.MapFile{Data: index}
		}
		f := open(t, files, segmentName)
		for _, offset := range []int64{0, 1, 2, 3, 119, 120, 122, 29999, 30000, 45677, 59998, 59999, 60000, 1 << 40} {
			pos, err := f.SeekOffset(offset)
			if err != nil {
				t.Fatal(err)
			}
			if at := min(offset/3, 19999); pos > positions[at] || positions[at]-pos > 300<<10 {
				t.Errorf("%s index: offset %d is in the batch at %d, sought %d", name, offset, positions[at], pos)
			}
		}
	}
}

// TestSeekDamaged never skips a batch in a damaged file whose offsets rise.
func TestSeekDamaged(t *testing.T) {
	data, positions := many(20000)
	rnd := rand.New(rand.NewPCG(3, 1))
	for range 200 {
		data[rnd.IntN(len(data))] ^= 0xff
	}
	f := segment(t, data)
	for range 200 {
		offset := rnd.Int64N(60000)
		pos, err := f.SeekOffset(offset)
		if err != nil || pos > positions[offset/3] {
			t.Errorf("offset %d is in the batch at %d, sought %d, %v", offset, positions[offset/3], pos, err)
		}
	}
}

// TestSeekTime begins at or before the first batch that is young enough.
func TestSeekTime(t *testing.T) {
	data, positions := many(20000)
	var times []byte
	for i := 40; i < 20000; i += 40 {
		times = binary.BigEndian.AppendUint64(times, uint64(1767225600000+3*i))
		times = binary.BigEndian.AppendUint32(times, uint32(3*i+2))
	}
	for name, index := range map[string][]byte{"good": times, "none": nil, "reversed": slices.Concat(times[2988:], times[:2988])} {
		files := fstest.MapFS{segmentName: {Data: data}}
		if index != nil {
			files["00000000000000000000.timeindex"] = &fstest.MapFile{Data: index}
		}
		f := open(t, files, segmentName)
		for _, i := range []int64{0, 1, 41, 12345, 19999} {
			pos, err := f.SeekTime(1767225600000 + 3*i)
			if err != nil || pos > positions[i] || name == "good" && positions[i]-pos > 300<<10 {
				t.Errorf("%s index: batch %d at %d, sought %d, %v", name, i, positions[i], pos, err)
			}
		}
	}
}

func TestSeekEmpty(t *testing.T) {
	if pos, err := segment(t, nil).SeekOffset(5); pos != 0 || err != nil {
		t.Errorf("%d, %v", pos, err)
	}
}
