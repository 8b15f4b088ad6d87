package dev.sallyport.gate;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answers, of whatever framework, made again without the reports of refusals. Only what can be made again
 * faithfully is looked into.
 */
record Answer(Refusals refusals) {

    private static final int MOST_LEVELS = 32;

    @Nullable
    Object shown(@Nullable Object answer, int level) {
        if (answer instanceof String text) {
            return refusals.hideFromModel(text);
        }
        if (level == MOST_LEVELS || answer == null) {
            return answer;
        }
        if (answer instanceof Map<?, ?> map) {
            return shownMap(map, level + 1);
        }
        if (answer instanceof List<?> list) {
            return shownList(list, level + 1);
        }
        return answer instanceof Record ? shownRecord(answer, level + 1) : answer;
    }

    @SuppressWarnings("ReferenceEquality") // what has nothing to hide is the same object
    private Object shownMap(Map<?, ?> map, int level) {
        Map<@Nullable Object, @Nullable Object> shown = new LinkedHashMap<>();
        boolean changed = false;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object value = shown(entry.getValue(), level);
            changed |= value != entry.getValue();
            shown.put(entry.getKey(), value);
        }
        return changed ? shown : map;
    }

    @SuppressWarnings("ReferenceEquality")
    private Object shownList(List<?> list, int level) {
        List<@Nullable Object> shown = new ArrayList<>();
        boolean changed = false;
        for (Object each : list) {
            Object value = shown(each, level);
            changed |= value != each;
            shown.add(value);
        }
        return changed ? shown : list;
    }

    @SuppressWarnings("ReferenceEquality")
    private Object shownRecord(Object answer, int level) {
        RecordComponent[] components = answer.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        boolean changed = false;
        try {
            for (int i = 0; i < components.length; i++) {
                Method accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                types[i] = components[i].getType();
                Object value = accessor.invoke(answer);
                values[i] = shown(value, level);
                changed |= values[i] != value;
            }
            if (!changed) {
                return answer;
            }
            Constructor<?> constructor = answer.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return answer; // a record that cannot be made again; its tool has been refused all the same
        }
    }
}
