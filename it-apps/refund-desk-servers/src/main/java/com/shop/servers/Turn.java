package com.shop.servers;

import java.util.Map;

/** What the scripted model does when it is its turn. */
sealed interface Turn {

    /** It answers; {@code {result}} stands for what its last tool call returned. */
    record Say(String text) implements Turn {}

    /** It calls a tool, and may say something with it. */
    record CallTool(String text, String tool, Map<String, Object> arguments) implements Turn {}

    /**
     * It does what the text that it has just read tells it to do, as real models do: it takes the address out of an
     * order's note and hands it to {@code readOrder}. Where there is no such instruction it goes on.
     */
    record ObeyTheNote() implements Turn {}
}
