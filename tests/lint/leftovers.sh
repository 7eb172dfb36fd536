#!/bin/sh
# What is not done is an issue, not a comment.
! git grep -nIwE 'TO''DO|FIX''ME|XX''X'
