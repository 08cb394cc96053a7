"""What operators see and hear: encrypted logs, alarms that say what to do, the topics they speak on."""
