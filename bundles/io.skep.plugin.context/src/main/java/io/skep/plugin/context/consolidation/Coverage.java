// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Picks pieces so that together they tell as much as possible: greedily the piece that tells most that is not told yet, for
 * what it takes. What a piece adds can only become less while others are picked, so it is reckoned again only when it is on
 * top (Minoux 1978). The same pieces in the same order give the same choice. For one thread.
 */
final class Coverage {
    /**
     * By which power of its tokens a piece's worth is divided. One would favour the shortest, none the longest; short
     * sentences tell less than they seem to, as they lean on what is around them.
     */
    private static final double LENGTH_POWER = 0.7;

    private final List<Piece> pieces;
    private final float[] told;
    private final Pace pace;

    private record Candidate(double worth, int piece, int picked) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byWorth = Double.compare(other.worth, worth);
            return byWorth != 0 ? byWorth : Integer.compare(piece, other.piece);
        }
    }

    /** With so many different terms. */
    Coverage(List<Piece> pieces, int terms, Pace pace) {
        this.pieces = pieces;
        this.told = new float[terms];
        this.pace = pace;
    }

    /** A piece is kept anyhow: what it tells need not be told again. */
    void tell(int piece) {
        int[] terms = pieces.get(piece).terms();
        float[] worths = pieces.get(piece).worths();
        for (int i = 0; i < terms.length; i++) {
            told[terms[i]] = Math.max(told[terms[i]], worths[i]);
        }
    }

    /** The places of the pieces picked among those that may be, which take no more than so many tokens together. */
    BitSet pick(BitSet free, long tokens) {
        PriorityQueue<Candidate> queue = new PriorityQueue<>();
        free.stream().forEach(piece -> {
            pace.step();
            queue.add(new Candidate(worth(piece), piece, 0));
        });
        BitSet chosen = new BitSet();
        long left = tokens;
        int picked = 0;
        for (Candidate best = queue.poll(); best != null; best = queue.poll()) {
            pace.step();
            long takes = pieces.get(best.piece()).tokens();
            if (best.worth() <= 0 || takes > left) {
                continue;
            }
            if (best.picked() < picked) {
                queue.add(new Candidate(worth(best.piece()), best.piece(), picked));
                continue;
            }
            chosen.set(best.piece());
            tell(best.piece());
            left -= takes;
            picked++;
        }
        return chosen;
    }

    private double worth(int place) {
        Piece piece = pieces.get(place);
        double sum = 0;
        for (int i = 0; i < piece.terms().length; i++) {
            sum += Math.max(0, piece.worths()[i] - told[piece.terms()[i]]);
        }
        return sum * piece.bonus() / Math.pow((double) Math.max(1, piece.tokens()), LENGTH_POWER);
    }
}
