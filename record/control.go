package record

import "encoding/binary"

// controlKeyVersion is the version of control record keys to this day (ControlRecordType).
const controlKeyVersion = 0

// ControlKey is the key of a control record of the given type.
func ControlKey(controlType int16) []byte {
	key := binary.BigEndian.AppendUint16(nil, controlKeyVersion)
	return binary.BigEndian.AppendUint16(key, uint16(controlType))
}

// ParseControlKey is the version and type that the key of a control record holds; false when it is too short.
func ParseControlKey(key []byte) (version, controlType int16, ok bool) {
	if len(key) < 4 {
		return 0, 0, false
	}
	return int16(binary.BigEndian.Uint16(key)), int16(binary.BigEndian.Uint16(key[2:])), true
}
