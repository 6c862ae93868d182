#!/bin/bash -eu
# expect: DVM201
ls
