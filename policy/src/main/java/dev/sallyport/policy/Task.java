package dev.sallyport.policy;

import java.util.Map;

/**
 * One run of a task that the policy describes. Immutable.
 *
 * @param name the task's name in the policy
 * @param id tells it from every other run of the task
 * @param params the parameters that it was started with
 * @param startedEpochMillis when it was started, by the wall clock
 */
public record Task(String name, String id, Map<String, String> params, long startedEpochMillis) {

    /** Returns the task as evidence and messages write it: {@code process-refund/01J9ZQ0V5N6Q4B7K3T2M1R8XWE}. */
    public String label() {
        return name + '/' + id;
    }
}
