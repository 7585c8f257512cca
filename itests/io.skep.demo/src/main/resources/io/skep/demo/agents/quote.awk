# SPDX-License-Identifier: Apache-2.0
# Prints what it reads as one JSON string. Bytes that are not UTF-8 (names may hold anything) become question marks.
BEGIN {
    for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
    # Where awk counts characters and not bytes, it has decoded them already.
    bytes = length("\303\244") == 2
    printf "\""
}
function clean(line, out, i, n, c, k, j, size, first, second) {
    n = length(line)
    for (i = 1; i <= n; i += size) {
        c = substr(line, i, 1)
        k = ord[c]
        size = 1
        if (k < 128) { out = out c; continue }
        first = 128
        second = 191
        if (k >= 194 && k <= 223) size = 2
        else if (k >= 224 && k <= 239) size = 3
        else if (k >= 240 && k <= 244) size = 4
        else { out = out "?"; continue }
        if (k == 224) first = 160
        if (k == 237) second = 159
        if (k == 240) first = 144
        if (k == 244) second = 143
        for (j = 1; j < size; j++) {
            k = ord[substr(line, i + j, 1)] + 0
            if (k < first || k > second) break
            first = 128
            second = 191
        }
        if (j < size) { out = out "?"; size = 1 } else out = out substr(line, i, size)
    }
    return out
}
function controls(line, out, i, c, k) {
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        k = ord[c]
        out = out (k > 0 && k < 32 ? sprintf("\\u%04x", k) : c)
    }
    return out
}
{
    line = $0
    if (bytes && line ~ /[\200-\377]/) line = clean(line)
    gsub(/\\/, "&&", line)
    gsub(/"/, "\\\\&", line)
    gsub(/\t/, "\\t", line)
    if (line ~ /[\001-\037]/) line = controls(line)
    printf "%s%s", (NR > 1 ? "\\n" : ""), line
}
END { printf "\"" }
