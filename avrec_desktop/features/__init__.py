"""The extraction pipeline and the vector store."""
