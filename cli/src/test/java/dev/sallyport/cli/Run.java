package dev.sallyport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * How a command ended.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained of
 */
record Run(int code, String out, String err) {

    /** Runs a command as if its output went to a file. */
    static Run of(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int code = SallyportCommand.run(
                new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true), new PrintWriter(err, true), words);
        return new Run(code, out.toString(), err.toString());
    }
}
