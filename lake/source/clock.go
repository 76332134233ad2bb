package source

// UnixMilli is a time in UTC in milliseconds since 1970. It tells whether the calendar has such a day and the day such a
// time; a leap second is the first of the next minute.
func UnixMilli(year, month, day, hour, minute, second int) (int64, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return int64(((daysTo(year, month, day)*24+hour)*60+minute)*60+second) * 1000, true
}

// Month is the number of the month that three letters stand for, as in Jan; 0 for other text.
func Month(text []byte) int {
	switch string(text) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// ParseClock reads 15:04:05, with a fraction behind it or not, into milliseconds since midnight, and tells how long it is; 0
// when text does not begin with a time of the day.
func ParseClock(text []byte) (ms int64, size int) {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return 0, 0
	}
	hour, ok0 := Digits(text[0:2])
	minute, ok1 := Digits(text[3:5])
	second, ok2 := Digits(text[6:8])
	if !(ok0 && ok1 && ok2) || hour > 23 || minute > 59 || second > 60 {
		return 0, 0
	}
	ms, size = int64((hour*60+minute)*60+second)*1000, 8
	if len(text) < 10 || text[8] != '.' && text[8] != ',' || !IsDigit(text[9]) {
		return ms, size
	}
	scale := int64(100)
	for size = 9; size < len(text) && IsDigit(text[size]); size++ {
		ms += int64(text[size]-'0') * scale
		scale /= 10
	}
	return ms, size
}

// ParseZone reads Z, +02, +0200 or +02:00 into minutes east of Greenwich. No text is UTC.
func ParseZone(text []byte) (minutes int, ok bool) {
	if len(text) == 0 || len(text) == 1 && (text[0] == 'Z' || text[0] == 'z') {
		return 0, true
	}
	if text[0] != '+' && text[0] != '-' || len(text) < 3 {
		return 0, false
	}
	hour, ok := Digits(text[1:3])
	rest := text[3:]
	if len(rest) == 3 && rest[0] == ':' {
		rest = rest[1:]
	}
	if len(rest) != 0 && len(rest) != 2 {
		return 0, false
	}
	minute, ok1 := Digits(rest)
	if minutes = hour*60 + minute; text[0] == '-' {
		minutes = -minutes
	}
	return minutes, ok && ok1 && hour < 24 && minute < 60
}
