"""`hangtime code` under spark-submit, which brings the session: give neither --master nor --remote.

spark-submit --master yarn code_charts.py code /shared/charts -o /shared/coded --engine spark
"""

from hangtime.cli import main

main()
