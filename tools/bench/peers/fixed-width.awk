# The same job for mawk, plain text only: mawk -f fixed-width.awk IN > OUT
function trim(s) { sub(/^ +/, "", s); sub(/ +$/, "", s); return s }
BEGIN { print "date\tserial_number\tmodel\tcapacity_bytes\tfailure" }
NR > 1 {
  print trim(substr($0, 1, 15)) "\t" trim(substr($0, 16, 21)) "\t" trim(substr($0, 37, 43)) "\t" trim(substr($0, 80, 19)) "\t" trim(substr($0, 99))
}
