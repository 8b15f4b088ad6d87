/** Another agent in the same JVM that undoes what agents before it wove. */
@NullMarked
package com.example.saboteur;

import org.jspecify.annotations.NullMarked;
