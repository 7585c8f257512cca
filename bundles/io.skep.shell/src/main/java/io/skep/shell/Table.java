// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.support.table.ShellTable;

/** A table for people, or lines of values separated by tabs for programs (Karaf's own would pad those). */
final class Table {
    private final ShellTable table = new ShellTable();
    private final List<String> lines = new ArrayList<>();

    Table(String ifEmpty, String... columns) {
        table.emptyTableText(ifEmpty);
        Arrays.stream(columns).forEach(table::column);
    }

    void add(Object... values) {
        List<String> row = Arrays.stream(values).map(Printable::line).toList();
        table.addRow().addContent(row.toArray());
        lines.add(row.stream().collect(Collectors.joining("\t")));
    }

    void print(PrintStream out, boolean noFormat) {
        if (noFormat) {
            lines.forEach(out::println);
        } else {
            table.print(out);
        }
    }
}
