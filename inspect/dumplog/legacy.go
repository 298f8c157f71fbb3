package dumplog

import (
	"encoding/binary"
	"hash/crc32"
	"strconv"

	"github.com/kraftctl/kraftctl/record"
)

// message is a message of magic 0 or 1, without its offset and size (LegacyRecord). It is read as it is, whatever its lengths say.
type message struct {
	offset int64
	body   []byte
	// wrapper is the compressed message it came in, or nil.
	wrapper *message
}

// Positions in the body of a message, in bytes.
const (
	legacyMagicAt      = 4
	legacyAttributesAt = 5
	legacyTimestampAt  = 6
	legacyHead         = 6
	legacyMinimum      = 14
)

// newMessage is the message that a whole batch of magic 0 or 1 is.
func newMessage(data []byte) *message {
	return &message{offset: int64(binary.BigEndian.Uint64(data)), body: data[record.LogOverhead:]}
}

func (m *message) magic() int8 { return int8(m.body[legacyMagicAt]) }

func (m *message) codec() record.Compression {
	return record.Compression(m.body[legacyAttributesAt] & 7)
}

func (m *message) crc() uint32 { return binary.BigEndian.Uint32(m.body) }

func (m *message) valid() bool {
	return len(m.body) >= legacyMinimum && m.crc() == crc32.ChecksumIEEE(m.body[legacyMagicAt:])
}

func (m *message) timestampType() string {
	switch {
	case m.magic() == 0:
		return noTimestamp
	case m.wrapper != nil && m.magic() == 1:
		return m.wrapper.timestampType()
	case m.body[legacyAttributesAt]&8 == 0:
		return createTime
	}
	return logAppendTime
}

func (m *message) timestamp() (int64, error) {
	switch {
	case m.magic() == 0:
		return record.None, nil
	case m.wrapper != nil && m.magic() == 1 && m.wrapper.timestampType() == logAppendTime:
		return m.wrapper.timestamp()
	case len(m.body) < legacyTimestampAt+8:
		return 0, throwNull(indexOutOfBounds)
	}
	return int64(binary.BigEndian.Uint64(m.body[legacyTimestampAt:])), nil
}

// keyAt is where the size of the key is.
func (m *message) keyAt() int {
	if m.magic() == 0 {
		return legacyHead
	}
	return legacyHead + 8
}

func (m *message) int32(at int) (int, error) {
	if at < 0 || at+4 > len(m.body) {
		return 0, throwNull(indexOutOfBounds)
	}
	return int(int32(binary.BigEndian.Uint32(m.body[at:]))), nil
}

// valueAt is where the size of the value is; Java's int may overflow.
func (m *message) valueAt() (int, error) {
	size, err := m.int32(m.keyAt())
	return int(int32(m.keyAt() + 4 + max(0, size))), err
}

// sized is the bytes after their size; nil when that is negative (Utils.sizeDelimited).
func (m *message) sized(at int) ([]byte, error) {
	size, err := m.int32(at)
	if err != nil || size < 0 {
		return nil, err
	}
	rest := m.body[at+4:]
	if size > len(rest) {
		return nil, throw(illegalArgument, "newLimit > capacity: (%d > %d)", size, len(rest))
	}
	return rest[:size:size], nil
}

func (m *message) value() ([]byte, error) {
	at, err := m.valueAt()
	if err != nil {
		return nil, err
	}
	return m.sized(at)
}

// legacy prints a message of magic 0 or 1, and those inside it.
func (p *printer) legacy(data []byte, position int64) error {
	m := newMessage(data)
	p.out = appendInt(append(p.out, "offset: "...), m.offset)
	if m.magic() < 0 {
		return throw(illegalArgument, "Invalid magic used in LegacyRecord: %d", m.magic())
	}
	timestamp, err := m.timestamp()
	if err != nil {
		return err
	}
	if !m.codec().Known() {
		return unknownCodec(m.codec())
	}
	p.out = append(appendBatchEnd(p.out, batchEnd{
		position: position, timeType: m.timestampType(), timestamp: timestamp, size: len(data), magic: m.magic(),
		codec: m.codec(), crc: m.crc(), valid: m.valid(),
	}), '\n')
	if p.opts.Deep || p.opts.PrintData {
		err = p.messages(m)
	}
	p.emit()
	return err
}

// messages prints the message, or when it is compressed those inside it.
func (p *printer) messages(m *message) error {
	if m.codec() == record.Uncompressed {
		return p.onMessage(m, m.timestampType())
	}
	inner, err := p.unwrap(m)
	if err != nil {
		return err
	}
	for i := range inner {
		if !inner[i].codec().Known() {
			return unknownCodec(inner[i].codec())
		}
		if inner[i].codec() != record.Uncompressed {
			return throw(invalidRecord, "Inner messages must not be compressed")
		}
		if err := p.onMessage(&inner[i], m.timestampType()); err != nil {
			return err
		}
	}
	return nil
}

// message prints the line of one message.
func (p *printer) message(m *message, timeType string) error {
	p.jumps.see(m.offset)
	if !p.opts.SkipRecordMetadata {
		if err := p.messageHead(m, timeType); err != nil {
			return err
		}
	}
	if p.opts.PrintData {
		if err := p.contents(m); err != nil {
			return err
		}
	}
	p.out = append(p.out, '\n')
	p.emit()
	return nil
}

func (p *printer) messageHead(m *message, timeType string) error {
	timestamp, err := m.timestamp()
	if err != nil {
		return err
	}
	keySize, err := m.int32(m.keyAt())
	if err != nil {
		return err
	}
	at, err := m.valueAt()
	if err != nil {
		return err
	}
	valueSize, err := m.int32(at)
	if err != nil {
		return err
	}
	p.out = appendRecordHead(p.out, recordHead{offset: m.offset, timeType: timeType, timestamp: timestamp, keySize: keySize, valueSize: valueSize})
	p.out = strconv.AppendBool(append(p.out, " isValid: "...), m.valid())
	p.out = appendInt(append(p.out, " crc: "...), int64(m.crc()))
	if p.manners.has(strayBrace) {
		p.out = append(p.out, '}')
	}
	return nil
}

// contents prints the key and value as far as the decoder looks at them. That of metadata catches what it meets.
func (p *printer) contents(m *message) error {
	value, err := m.value()
	if p.opts.Decoder == ClusterMetadata {
		if err != nil {
			p.out = append(append(p.out, p.payloadPrefix(false)...), appendSkipping(nil, m.offset)...)
			p.out = append(p.out, messageOf(err)...)
			return nil
		}
		p.out, err = p.appendContents(p.out, m.offset, nil, value)
		return err
	}
	key, keyErr := m.sized(m.keyAt())
	if keyErr != nil {
		return keyErr
	}
	if err != nil && (p.opts.Decoder == Strings || key == nil) {
		return err
	}
	p.out, err = p.appendContents(p.out, m.offset, key, value)
	return err
}
