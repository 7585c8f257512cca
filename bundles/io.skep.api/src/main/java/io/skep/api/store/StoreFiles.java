// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The care of a store's files while it works. Methods block for as long as it takes, in steps between which appends,
 * writes and reads go on; core calls them on a thread of its own, one at a time. Each ends with what {@link Progress#at}
 * throws, and leaves everything as it was then.
 */
@ConsumerType
public interface StoreFiles {
    /** Is told how far it is, and may end it by throwing {@link java.util.concurrent.CancellationException}. */
    @FunctionalInterface
    interface Progress {
        /**
         * A step has been done.
         *
         * @param step what is being done, in a word or two
         * @param done how much of it, in bytes, rows or pages
         * @param total how much that will be at the end, or 0 if it is not known
         */
        void at(String step, long done, long total);
    }

    /** Reads the rows of a projection anew from where the truth is. */
    @FunctionalInterface
    interface Source {
        /** Gives every row of a shard to {@code sink}, as it stands when this is called or newer. */
        void rows(int shard, Consumer<List<TaskRow>> sink);
    }

    /** How the files stand. */
    StoreStatus status();

    /**
     * Copies everything durable into a new directory, as it stands at one moment between the call and the return: every
     * record that was acknowledged before the call is in it. The directory has its name only when it is complete and on
     * the disk; a failure removes what was written.
     *
     * @param name of the directory within {@link StoreStatus#backups}, 1 to 64 characters of {@code A-Za-z0-9._-}, the
     *     first of which is a letter or a digit
     * @return the directory
     * @throws io.skep.api.Refusal if the name is none, or is there already
     * @throws StoreFullException if there is no space for it
     */
    Path backup(String name, Progress progress);

    /**
     * Copies everything durable into a new directory that every kind of store takes over, see {@link #stage}. From its
     * beginning on every change is refused as by a store without space, so that nothing is acknowledged that the copy has
     * not; until the store is opened anew, or the export has failed.
     *
     * @param name as of a backup; the directory is beside them
     * @return the directory
     * @throws io.skep.api.Refusal if the name is none, or is there already
     * @throws StoreFullException if there is no space for it
     */
    Path export(String name, Progress progress);

    /**
     * Checks an export and keeps it for the next store without any record that this server opens, of whatever kind: that
     * one is given everything before anybody uses it. While there is none, the export waits.
     *
     * @param export the directory
     * @return where it is kept
     * @throws io.skep.api.Refusal if it is no complete export, or another one waits
     * @throws StoreFullException if there is no space for it
     */
    Path stage(Path export, Progress progress);

    /**
     * Gives space that is free within the files back to the disk.
     *
     * @return how many bytes
     * @throws io.skep.api.Refusal if a file was made in a way that does not allow it; says what to do
     */
    long compact(Progress progress);

    /**
     * Writes the projection anew, beside the one that serves meanwhile, and puts it in its place. Ended tasks that the
     * source does not know any more are taken over from the one before, as far as it can be read.
     */
    void rebuildProjection(Source source, Progress progress);
}
