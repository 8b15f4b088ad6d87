package dev.sallyport;

/**
 * What was denied and by which rule, beside an exception whose message may say neither, since frameworks hand messages to
 * models. A suppressed exception: stack traces and logs show those, and nothing takes its message for the failure's.
 */
final class DenialReport extends Exception {

    private static final long serialVersionUID = 1L;

    DenialReport(Denial denial) {
        super(denial.text(), null, false, false);
    }
}
