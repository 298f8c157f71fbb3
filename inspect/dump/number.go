package dump

import "strconv"

// counting writes numbers that mostly count up by one, as offsets do: it keeps the digits and adds one to them, which is
// several times faster than working them out.
type counting struct {
	value  int64
	digits []byte
}

// append appends the number.
func (c *counting) append(dst []byte, v int64) []byte {
	if len(c.digits) > 0 && v == c.value+1 && v > 0 {
		c.increment()
	} else if v != c.value || len(c.digits) == 0 {
		c.digits = strconv.AppendInt(c.digits[:0], v, 10)
	}
	c.value = v
	return append(dst, c.digits...)
}

func (c *counting) increment() {
	i := len(c.digits) - 1
	for i >= 0 && c.digits[i] == '9' {
		c.digits[i] = '0'
		i--
	}
	if i >= 0 {
		c.digits[i]++
		return
	}
	// All digits were nines.
	c.digits[0] = '1'
	c.digits = append(c.digits, '0')
}
