# SPDX-License-Identifier: Apache-2.0
# Prints the first string value of the member named by the variable key, wherever it is in the JSON that is read.
function hex(digits, i, value) {
    value = 0
    for (i = 1; i <= length(digits); i++) value = value * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
    return value
}
function utf8(c) {
    if (c == 0) return ""
    if (c < 128) return sprintf("%c", c)
    if (c < 2048) return sprintf("%c%c", 192 + int(c / 64), 128 + c % 64)
    if (c < 65536) return sprintf("%c%c%c", 224 + int(c / 4096), 128 + int(c / 64) % 64, 128 + c % 64)
    return sprintf("%c%c%c%c", 240 + int(c / 262144), 128 + int(c / 4096) % 64, 128 + int(c / 64) % 64, 128 + c % 64)
}
# Prints the string that starts at position at (behind its quote).
function decode(at, c, u, low, from) {
    from = at
    while (at <= length(text)) {
        c = substr(text, at, 1)
        if (c != "\\" && c != "\"") { at++; continue }
        printf "%s", substr(text, from, at - from)
        if (c == "\"") return
        c = substr(text, at + 1, 1)
        at += 2
        if (c == "n") printf "\n"
        else if (c == "t") printf "\t"
        else if (c == "r") printf "\r"
        else if (c == "b") printf "\b"
        else if (c == "f") printf "\f"
        else if (c == "u") {
            u = hex(substr(text, at, 4))
            at += 4
            if (u >= 55296 && u < 56320 && substr(text, at, 2) == "\\u") {
                low = hex(substr(text, at + 2, 4))
                u = 65536 + (u - 55296) * 1024 + (low - 56320)
                at += 6
            }
            printf "%s", utf8(u)
        } else printf "%s", c
        from = at
    }
}
{ text = text $0 "\n" }
END {
    name = "\"" key "\""
    at = 1
    while ((p = index(substr(text, at), name)) > 0) {
        at += p - 1 + length(name)
        rest = substr(text, at, 1000)
        if (match(rest, /^[ \t\r\n]*:[ \t\r\n]*"/)) {
            decode(at + RLENGTH)
            exit
        }
    }
}
